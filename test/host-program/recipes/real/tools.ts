import { javaTools } from "./java-tools.ts";
import { javascriptTools } from "./javascript-tools.ts";
import type { RealTool } from "./real-tool.ts";
import { serverTools } from "./server-tools.ts";

export const TOOLS: readonly RealTool[] = [...javascriptTools, ...serverTools, ...javaTools];
