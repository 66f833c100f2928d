import type { Attributes, XmlEvents } from "./xml.ts";
import { localName } from "./xml.ts";

/** An open element. */
export interface Element {
  name: string;
  attributes: Attributes;
  /** Its own text so far, without that of nested elements. */
  text: string;
  /** The line on which its tag ends. */
  line: number;
}

const MAX_TEXT = 100_000;

/** Reads XML element by element. A subclass for each format handles the start and the end of an element. */
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

  /** Called when an element opens; it is the last of `path`. */
  protected abstract opened(element: Element): void;

  /** Called when an element closes; it is no longer in `path`. */
  protected abstract closed(element: Element): void;

  protected within(name: string): boolean {
    return this.path.some((element) => element.name === name);
  }
}
