import { z } from "zod";

/** One automation material as the seed's sample has it; also what a schedule keeps of each of its test runs. */
export const materialShape = z.object({
  test_run_id: z.int(),
  test_case_id: z.int(),
  test_case_name: z.string(),
  test_case_version_id: z.int(),
  automation_content: z.string(),
});
export type Material = z.output<typeof materialShape>;

/** The most that one schedule's materials may take, in bytes of JSON. */
export const MATERIALS_BYTES = 1024 * 1024;

const materialsShape = z.array(materialShape);

/** Reads what a schedule keeps: JSON that this service wrote. */
export const parseMaterials = (json: string): Material[] => materialsShape.parse(JSON.parse(json));
