import { javascriptTools } from "./javascript-tools.ts";
import type { RealTool } from "./real-tool.ts";

export const TOOLS: readonly RealTool[] = [...javascriptTools];
