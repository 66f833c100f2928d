import type { Mutant } from "../mutants/mutant.ts";

const CONTENT = "test/reports/content.test.ts";
const RESULTS = "test/reports/results.test.ts";
const REAL_RESULTS = "test/reports/real-results.test.ts";
const REAL_REPORTS = "test/reports/real-reports.test.ts";
const TEXT = "test/reports/text.test.ts";
const IMPORTS = "test/test-runs/imports.test.ts";
const TABLES = "test/test-runs/tables.test.ts";

/** The guards that the tests of this folder must notice the loss of. */
export const mutants: Mutant[] = [
  {
    guard: "suites join the name where the class says nothing",
    code: 'each.classname.trim() === "" || EMPTY_CLASSNAMES.includes(each.classname)',
    instead: "false",
    tests: [CONTENT],
  },
  {
    guard: "go test's output is known after the output of a build",
    code: "EVENT.test(text) || text.search(NO_BUILD) !== -1;",
    instead: "text.search(NO_BUILD) !== -1;",
    tests: [RESULTS],
  },
  {
    guard: "go test's words on a package that does not build are a report",
    code: "EVENT.test(text) || text.search(NO_BUILD) !== -1;",
    instead: "EVENT.test(text);",
    tests: [RESULTS],
  },
  {
    guard: "a scenario is named after its feature",
    code: 'fill("{classname} > {name}", { ...each, name: scenarioTitle(each) })',
    instead: 'fill("{name}", { ...each, name: scenarioTitle(each) })',
    tests: [CONTENT],
  },
  {
    guard: "a rule that a scenario's name has is not repeated",
    code: "name.startsWith(`${rule} - `) ? name :",
    instead: "name.length === 0 ? name :",
    tests: [CONTENT],
  },
  {
    guard: "a scenario of a report with files is known by its feature too",
    code: 'tool?.startsWith("cucumber") ? [featureContent(each)] : []',
    instead: "[]",
    tests: [RESULTS],
  },
  {
    guard: "Common Test's hooks are known where the first case has no group",
    code: '/\\.erl$/.test(traces.case?.file ?? "")',
    instead: "false",
    tests: [REAL_REPORTS],
  },
  {
    guard: "a file that Node names as it was given is no test",
    code: "file?.endsWith(`/${name}`) === true",
    instead: "false",
    tests: [REAL_REPORTS],
  },
  {
    guard: "a hook of Jest's with a space before its name is no test",
    code: 'name.trim().startsWith("Test execution failure")',
    instead: 'name.startsWith("Test execution failure")',
    tests: [REAL_REPORTS],
  },
  {
    guard: "a reference in a CDATA section is text",
    code: "if (start === undefined) inTag = true;",
    instead: "if (start === undefined || true) inTag = true;",
    tests: [TEXT],
  },
  {
    guard: "of two cases of one test the worse counts",
    code: "if (!isWorse(next.outcome, known.outcome)) return;",
    instead: "",
    tests: [RESULTS],
  },
  {
    guard: "only a go test's repeated case is a try",
    code: "tool !== null && TRY_IS_A_CASE.includes(tool)",
    instead: "false",
    tests: [REAL_RESULTS],
  },
  {
    guard: "a hook that passed is no result",
    code: 'each.kind === "test" || !isPassing(each.outcome)',
    instead: "true",
    tests: [RESULTS],
  },
  {
    guard: "a try that TestNG took again is no test of its own",
    code: 'attributes.retried === "true" || (outcome === "skipped" && exception !== "" && !isSkip)',
    instead: 'attributes.retried === "true"',
    tests: [REAL_RESULTS],
  },
  {
    guard: "a background's failed step counts for the scenario after it",
    code: "const found = worst(background, ofElement(element));",
    instead: "const found = ofElement(element);",
    tests: [REAL_RESULTS],
  },
  {
    guard: "a todo keeps its case from failing by what comes after it",
    code: "if (parent.todo) return;",
    instead: "",
    tests: [RESULTS],
  },
  {
    guard: "a todo keeps its case from failing by what came before it",
    code: "if (!isPassing(found.outcome) && !parent.todo) return;",
    instead: "if (!isPassing(found.outcome)) return;",
    tests: [RESULTS],
  },
  {
    guard: "a skipped case that is no todo fails",
    code: 'outcome === "skipped" && element.attributes.type === "todo"',
    instead: 'outcome === "skipped"',
    tests: [RESULTS],
  },
  {
    guard: "the failure of a todo is one that its suite counts",
    code: 'if (outcome !== "skipped") parent.seen++;',
    instead: 'if (outcome !== "skipped" && !parent.todo) parent.seen++;',
    tests: [RESULTS],
  },
  {
    guard: "a todo that fails is skipped in the lines of the host program's reporter",
    code: 'isSkipped ? "skipped" : line.passed === true ? "passed" : "failed"',
    instead: 'line.passed !== true ? "failed" : isSkipped ? "skipped" : "passed"',
    tests: [RESULTS],
  },
  {
    guard: "a character that XML forbids is replaced",
    code: 'else if (what !== "<") repair.put(index, what.length, REPLACEMENT);',
    instead: 'else if (what !== "<") continue;',
    tests: [IMPORTS],
    named: "One character that XML forbids",
  },
  {
    guard: "a reference to a character that XML forbids is replaced",
    code: 'if (what === "&#") at = repair.reference(index);',
    instead: 'if (what === "&#") continue;',
    tests: [IMPORTS],
    named: "One character that XML forbids",
  },
  {
    guard: "U+FFFE is a character that XML forbids",
    file: "src/reports/repair.ts",
    code: "\\x0e-\\x1f\\ufffe\\uffff]|",
    instead: "\\x0e-\\x1f]|",
    tests: [IMPORTS],
    named: "One character that XML forbids",
  },
  {
    guard: "a reference to half a surrogate pair is replaced",
    code: "code <= 0xd7ff)",
    instead: "code <= 0xdfff)",
    tests: [IMPORTS],
    named: "One character that XML forbids",
  },
  {
    guard: "a raw ]]> in text is replaced",
    code: 'else if (what === "]]>") repair.put(index, what.length, "]]&gt;");',
    instead: 'else if (what === "]]>") continue;',
    tests: [IMPORTS],
    named: "One character that XML forbids",
  },
  {
    guard: "what was replaced has its line",
    code: "line: lineAt(this.text, this.#first)",
    instead: "line: 1",
    tests: [IMPORTS],
    named: "One character that XML forbids",
  },
  {
    guard: "UTF-8 is read as such, whatever the declaration says",
    code: "return decodeBytes(bytes, SINGLE_BYTE.test(declared)",
    instead:
      'if (SINGLE_BYTE.test(declared)) return { text: WINDOWS_1252.decode(bytes), encoding: "windows-1252", replaced: NOTHING_REPLACED };\n  return decodeBytes(bytes, SINGLE_BYTE.test(declared)',
    tests: [IMPORTS],
    named: "UTF-8 that says ISO-8859-1",
  },
  {
    guard: "UTF-16 is known by its mark",
    code: 'if (first === 0xff && second === 0xfe) return "UTF-16LE";',
    instead: "",
    tests: [IMPORTS, TABLES],
    named: "UTF-16 with a mark",
  },
  {
    guard: "a template makes the content",
    code: "if (isTemplate(content)) return fill(content, each);",
    instead: "",
    tests: [IMPORTS],
    named: "a template makes them several",
  },
  {
    guard: "a tool's name picks its preset",
    code: "preset !== null && Object.hasOwn(PRESETS, preset) && PRESETS[preset]",
    instead: 'preset === "" && PRESETS[preset]',
    tests: [IMPORTS],
    named: "takes a tool's name",
  },
  {
    guard: "?content=tool finds the tool by the report's form",
    code: 'content === "tool" ? tool : content',
    file: "src/reports/content.ts",
    instead: "content",
    tests: [IMPORTS],
    named: "takes a tool's name",
  },
];
