import type { ReportCase } from "../../reports/report-case.ts";
import { inRun, planOf, prepended, toolOf } from "./plan.ts";
import type { AskedTest, ExitMeaning, Match, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";

/**
 * A plugin that selects tests by node id, or by a JUnit report's classname and name. pytest itself runs
 * nothing at all if one of the node ids does not exist.
 */
const SELECT_PLUGIN = `import json
import os

with open(os.environ["MUSTER_PYTEST_TESTS"], encoding="utf-8") as _file:
    ASKED = json.load(_file)


def _dotted(nodeid):
    path, bracket, parameters = nodeid.partition("[")
    module, *names = path.split("::")
    module = (module[:-3] if module.endswith(".py") else module).replace("/", ".")
    return ".".join([module, *names]) + bracket + parameters


def _is_in(nodeid, asked):
    return nodeid == asked or (nodeid.startswith(asked) and nodeid[len(asked) :].startswith(("::", "[")))


def _files_of(asked, folders):
    """The files of the tests, so that no other file is loaded; None where one is not known."""
    files = set()
    for content in asked:
        path, *_ = content.partition("[")[0].split("::")
        parts = path.split(".")
        guesses = [path] + ["/".join(parts[:end]) + ".py" for end in range(len(parts), 0, -1)]
        found = [os.path.join(folder, guess) for folder in folders for guess in guesses]
        found = [each for each in found if os.path.exists(each)]
        if found:
            files.add(found[0])
    return sorted(files)


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        return
    folders = [str(config.invocation_params.dir), str(config.rootpath)]
    config.args = _files_of(ASKED, folders) or config.args


def pytest_collection_modifyitems(config, items):
    asked = set(ASKED)
    chosen, others = [], []
    for item in items:
        spellings = (item.nodeid, _dotted(item.nodeid))
        is_asked = any(spelling in asked for spelling in spellings) or any(
            _is_in(spelling, each) for spelling in spellings for each in asked
        )
        (chosen if is_asked else others).append(item)
    if others:
        config.hook.pytest_deselected(items=others)
    items[:] = chosen
`;

/** A name with `[...]` is one row; without it, all rows of the test. */
function plan(input: RecipeInput): RecipePlan {
  const report = inRun(input, "pytest.xml");
  const tests = inRun(input, "pytest-tests.json");
  const command = [
    ...toolOf(input, ["python3", "-m", "pytest"]),
    `--junitxml=${report}`,
    // Only this report family has each test's file.
    "-o",
    "junit_family=xunit1",
  ];
  if (input.tests === null) return planOf({ commands: [command], reports: [report] });
  const contents = input.tests.map(({ content }) => content.replace(/^(?:\.\/)+/, ""));
  return planOf({
    commands: [[...command, "-p", "muster_select"]],
    files: [
      { path: inRun(input, "muster_select.py"), text: SELECT_PLUGIN },
      { path: tests, text: JSON.stringify(contents) },
    ],
    env: {
      PYTHONPATH: prepended(input, "PYTHONPATH", input.runFolder),
      MUSTER_PYTEST_TESTS: tests,
    },
    reports: [report],
  });
}

function match({ content }: AskedTest, found: ReportCase): Match {
  const asked = content.replace(/^(?:\.\/)+/, "");
  const dotted = `${found.classname}.${found.name}`;
  const spellings = [dotted, ...(found.file === null ? [] : [nodeId(found, found.file)])];
  if (spellings.includes(asked)) return "test";
  const isPart = (spelling: string) => spelling.startsWith(`${asked}::`) || spelling.startsWith(`${asked}[`);
  return spellings.some(isPart) ? "part" : null;
}

function nodeId({ classname, name }: ReportCase, file: string): string {
  const module = file.replace(/\.py$/, "").replaceAll(/[\\/]/g, ".");
  const classes = classname.startsWith(`${module}.`) ? classname.slice(module.length + 1).split(".") : [];
  return [file, ...classes, name].join("::");
}

const MEANINGS: Readonly<Record<number, ExitMeaning>> = { 0: "passed", 1: "failed", 5: "no_tests" };

export const pytest: Recipe = {
  name: "pytest",
  frameworkIds: ["pytest"],
  plan,
  match,
  exitMeaning: (code) => MEANINGS[code] ?? "broken",
};
