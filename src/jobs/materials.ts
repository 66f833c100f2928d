import * as z from "zod";
import { described } from "../wire/described.ts";
import { id, text } from "../wire/fields.ts";

/** One automation material, as in the seed's sample. A schedule stores one for each of its test runs. */
export const materialShape = described(
  z.object({
    test_run_id: z.int(),
    test_case_id: z.int(),
    test_case_name: z.string(),
    test_case_version_id: z.int(),
    automation_content: z.string(),
  }),
  {
    name: "TestRun",
    fields: {
      test_run_id: "The id of the test run in its project.",
      test_case_id: "The id of its test case.",
      test_case_name: "The name of its test case, for people.",
      test_case_version_id: "The id of the version of its test case.",
      automation_content: "What the host runs, in the form that its tool takes.",
    },
    example: {
      test_run_id: 6691,
      test_case_id: 18893,
      test_case_name: "groovy.GebLogin",
      test_case_version_id: 20372,
      automation_content: "groovy.GebLogin",
    },
  },
);
export type Material = z.output<typeof materialShape>;

/** The most bytes of JSON that one schedule's materials may take. */
export const MATERIALS_BYTES = 1024 * 1024;

const materialsShape = z.array(materialShape);

/** Parses a schedule's stored materials: JSON that this service wrote. */
export const parseMaterials = (json: string): Material[] => materialsShape.parse(JSON.parse(json));

/** Adds the missing ids to given materials. The new ids are above all given ones, so that each is unique. */
export const withIds = (materials: readonly GivenMaterial[]): Material[] => {
  const highest = (name: "test_run_id" | "test_case_id" | "test_case_version_id") =>
    materials.reduce((most, material) => Math.max(most, material[name] ?? 0), 0);
  const above = {
    run: highest("test_run_id"),
    testCase: highest("test_case_id"),
    version: highest("test_case_version_id"),
  };
  return materials.map((material, place) => ({
    test_run_id: material.test_run_id ?? above.run + place + 1,
    test_case_id: material.test_case_id ?? above.testCase + place + 1,
    test_case_name: material.test_case_name,
    test_case_version_id: material.test_case_version_id ?? above.version + place + 1,
    automation_content: material.automation_content,
  }));
};

export const MAX_TEST_RUNS = 5000;

export const CONTENT_CHARACTERS = 4000;

/** A test run that a client brings in, or gives to a schedule. */
export const givenMaterial = described(
  z.object({
    test_run_id: id().optional(),
    test_case_id: id().optional(),
    test_case_name: text(),
    test_case_version_id: id().optional(),
    automation_content: text(CONTENT_CHARACTERS),
  }),
  {
    name: "GivenTestRun",
    fields: {
      test_run_id: "The id of the test run in its project; one is given where it is left out.",
      test_case_id: "The id of its test case; one is given where it is left out.",
      test_case_name: "The name of its test case, for people.",
      test_case_version_id: "The id of the version of its test case; one is given where it is left out.",
      automation_content: "What the host runs, in the form that its tool takes.",
    },
    example: { test_case_name: "groovy.GebLogin", automation_content: "groovy.GebLogin" },
  },
);

export const givenMaterials = z
  .array(givenMaterial, "must be a list of automation materials")
  .max(MAX_TEST_RUNS, { error: `must hold at most ${MAX_TEST_RUNS} materials` });

export type GivenMaterial = z.output<typeof givenMaterials>[number];
