import type { StoredFile } from "../../project-results/file-table.ts";
import { jobPath } from "../parts/job.tsx";
import { Table } from "../parts/table.tsx";
import { Ago } from "../parts/time.tsx";
import { bytesText, isPreviewed, shownType } from "./kinds.ts";

interface OfRun {
  projectId: number;
  id: number;
  attempt: number;
}

/** The page of an attempt's files, from one on. */
export const filesPath = ({ projectId, id, attempt }: OfRun, after = ""): string =>
  `${jobPath(projectId, id)}/files?${new URLSearchParams({ attempt: String(attempt), ...(after === "" ? {} : { after }) })}`;

const filePath = ({ projectId, id }: OfRun, { name, attempt }: StoredFile): string =>
  `${jobPath(projectId, id)}/files/${name.split("/").map(encodeURIComponent).join("/")}?attempt=${attempt}`;

interface One {
  of: OfRun;
  file: StoredFile;
}

/** A link that opens a file, or saves what a browser cannot show. */
const FileLink = ({ of, file }: One) => (
  <a class="cut" href={filePath(of, file)} title={file.name}>
    {file.name}
  </a>
);

const Save = ({ of, file }: One) => (
  <a href={`${filePath(of, file)}&save=1`} download="">
    Download<span class="unseen"> {file.name}</span>
  </a>
);

const Picture = ({ of, file }: One) => {
  const path = filePath(of, file);
  return (
    <li>
      <a href={path} title={file.name}>
        <img src={path} alt="" loading="lazy" decoding="async" />
        <span class="cut">{file.name}</span>
      </a>
      <span class="quiet">
        {bytesText(file.bytes)}, <Ago at={file.at} /> <Save of={of} file={file} />
      </span>
    </li>
  );
};

const Row = ({ of, file }: One) => (
  <tr>
    <th scope="row">
      <FileLink of={of} file={file} />
    </th>
    <td data-label="Size" class="number">
      {bytesText(file.bytes)}
    </td>
    <td data-label="Sent">
      <Ago at={file.at} />
    </td>
    <td data-label="Save">{shownType(file) === undefined ? null : <Save of={of} file={file} />}</td>
  </tr>
);

/** Files of one attempt: pictures as they look, the others in a table. */
export const FileList = ({ of, files }: { of: OfRun; files: readonly StoredFile[] }) => {
  const pictures = files.filter(isPreviewed);
  const others = files.filter((file) => !isPreviewed(file));
  return (
    <>
      {pictures.length > 0 && (
        <ul class="pictures">
          {pictures.map((file) => (
            <Picture of={of} file={file} />
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <Table caption="Files" heads={["File", "Size", "Sent", "Save"]} numbers={["Size"]}>
          {others.map((file) => (
            <Row of={of} file={file} />
          ))}
        </Table>
      )}
    </>
  );
};
