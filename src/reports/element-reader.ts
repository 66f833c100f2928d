import type { Attributes, XmlEvents } from "./xml.ts";
import { localName } from "./xml.ts";

/** An element that is open. */
export interface Element {
  name: string;
  attributes: Attributes;
  /** Its own text so far, that of the elements within it left out. */
  text: string;
  /** Where its tag ends. */
  line: number;
}

const MAX_TEXT = 100_000;

/** Reads the elements of XML one by one: a format says what it does at the start and at the end of each. */
export abstract class ElementReader implements XmlEvents {
  /** The open elements, outermost first. */
  protected readonly path: Element[] = [];

  get depth(): number {
    return this.path.length;
  }

  open(tag: string, attributes: Attributes, line: number): void {
    const element = { name: localName(tag), attributes, text: "", line };
    this.path.push(element);
    this.opened(element);
  }

  text(text: string): void {
    const element = this.path.at(-1);
    if (!element) return;
    const room = MAX_TEXT - element.text.length;
    if (room > 0) element.text += text.slice(0, room);
  }

  close(): void {
    const element = this.path.pop();
    if (element) this.closed(element);
  }

  /** The element is the last of `path`. */
  protected abstract opened(element: Element): void;

  /** The element is no longer in `path`. */
  protected abstract closed(element: Element): void;

  protected within(name: string): boolean {
    return this.path.some((element) => element.name === name);
  }
}
