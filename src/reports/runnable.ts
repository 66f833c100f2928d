import { contentOf, PRESET_TOOLS } from "./content.ts";
import type { ReportCase } from "./report-case.ts";

type Rule = (each: ReportCase) => boolean;

/** By tool, the cases that it cannot run by the names in its report, and runs nothing or another test instead. */
const NOT_RUNNABLE: Readonly<Record<string, Rule>> = {
  // It filters by the spelling in the source, where these are escaped; a name after `begin` is another test's.
  bats: ({ name }) => /[$"`\\]/.test(name) || /^begin \d+ /.test(name),
  // What stands after the slash is a section.
  catch2: ({ name }) => name.includes("/"),
  // A rule and a row are in the report's names alone.
  cucumber: (each) => ofRuleOrRow(each),
  "cucumber-js": (each) => ofRuleOrRow(each),
  // Steps of a test run with it alone.
  deno: ({ name }) => name.includes(" > "),
  // A subcase stands after the slash, a comma separates two filters, and a star is any text.
  doctest: ({ name }) => /[/,*]/.test(name),
  // Another option runs these.
  gtest: ({ classname, name }) => /(^|[./])DISABLED_/.test(`${classname}.${name}`),
  // A suite that depends on which specs are focused.
  jasmine: ({ classname }) => classname.startsWith("focused specs"),
  // The types of the parameters have their short names here.
  junit5: ({ name }) => !/^\w+\(\)$/.test(name),
  // The points of a test that writes TAP.
  meson: ({ classname }) => classname.includes(" / "),
  // CodeceptJS, whose reports these are too, reads the bar of a row as an alternative.
  mocha: ({ name }) => / \| \{.*\}$/s.test(name),
  // It takes files relative to its configuration, which only its JUnit report has.
  playwright: ({ classname }) => classname === "",
  // RSpec made up the description.
  rspec: ({ name }) => /\b(is expected (not )?to|should( not)?) |\bexample at \S+:\d+$/.test(name),
  subunit: ({ name }) => /[\s(]/.test(name),
  // JUnit 5 runs rows with their method alone.
  surefire: ({ name }) => !/^[\w$]+(\[[^\]]*\])?$/.test(name),
  // A failed subTest.
  unittest: ({ name }) => /[\s(]/.test(name),
};

const ofRuleOrRow: Rule = (each) =>
  / - |\(outline example : /.test(contentOf(each, "cucumber", null).replace(/^.*? > /s, ""));

/**
 * Whether the tool runs this case, and no group of tests, by the content of its preset (`contentOf`). Where the report
 * does not show its tool, nobody can say.
 */
export const isRunnable = (each: ReportCase, tool: string | null): boolean => {
  if (each.kind !== "test" || tool === null || !PRESET_TOOLS.includes(tool)) return false;
  const isNot = Object.hasOwn(NOT_RUNNABLE, tool) ? NOT_RUNNABLE[tool] : undefined;
  return !isNot?.(each);
};
