import { usePageContext } from "../page-context.ts";
import { docsOf } from "./docs-places.ts";

/** Leads from a page to its place in the documentation. */
export const DocsLink = () => {
  const [path = ""] = usePageContext().address.split("?");
  return (
    <a class="quiet" href={docsOf(path)}>
      Documentation
    </a>
  );
};
