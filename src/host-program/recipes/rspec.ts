import type { ReportCase } from "../../reports/report-case.ts";
import { inRun, planOf, toolOf } from "./plan.ts";
import type { AskedTest, Match, Recipe, RecipeInput, RecipePlan } from "./recipe.ts";
import { plainTitle, sameFile } from "./titles.ts";

/** `spec/a_spec.rb`, `spec/a_spec.rb:12`, `spec/a_spec.rb[1:2]`: RSpec accepts these as arguments. */
const isPlace = (content: string): boolean => /\.rb(?:(?::\d+)+|\[[\d:,]+\])?$/.test(content);

/** `--example` matches a part of a description; this selects examples by their whole description. */
const SELECT_SCRIPT = `require "json"

asked = JSON.parse(File.read(ENV.fetch("MUSTER_RSPEC_TESTS"))).to_h { |content| [content, true] }

RSpec.configure do |config|
  config.filter_run_including(
    full_description: lambda do |description, metadata|
      name = description.gsub(/\\s+/, " ").strip
      path = metadata[:file_path]
      bare = path.delete_prefix("./")
      before = [path, bare, bare.delete_suffix(".rb").tr("/", ".")]
      asked[name] || before.any? { |each| [".", " > ", " › ", "::", " "].any? { |join| asked["#{each}#{join}#{name}"] } }
    end
  )
end
`;

/** Places and descriptions need one command each: RSpec requires all filters to match. */
function plan(input: RecipeInput): RecipePlan {
  const places = input.tests?.filter(({ content }) => isPlace(content)).map(({ content }) => content) ?? [];
  const named = input.tests?.filter(({ content }) => !isPlace(content)).map(({ content }) => content) ?? [];
  const script = inRun(input, "select.rb");
  const tests = inRun(input, "rspec-tests.json");
  const chosen: string[][] = input.tests === null ? [[]] : [];
  if (places.length > 0) chosen.push(places);
  if (named.length > 0) chosen.push(["--require", script]);
  const reports = chosen.map((_, index) => inRun(input, `rspec-${index}.json`));
  return planOf({
    commands: chosen.map((choice, index) => [
      ...toolOf(input, ["bundle", "exec", "rspec"]),
      "--format=progress",
      "--format=json",
      `--out=${reports[index]}`,
      ...choice,
    ]),
    files: [
      { path: script, text: SELECT_SCRIPT },
      { path: tests, text: JSON.stringify(named.map(plainTitle)) },
    ].slice(0, named.length > 0 ? 2 : 0),
    env: named.length > 0 ? { MUSTER_RSPEC_TESTS: tests } : {},
    reports,
  });
}

function match({ content }: AskedTest, found: ReportCase): Match {
  const file = found.file ?? "";
  if (isPlace(content)) {
    const [, path = "", place = ""] = /^(.*?\.rb)((?::\d+)+|\[[\d:,]+\])?$/.exec(content) ?? [];
    if (!sameFile(path, file)) return null;
    return place === `:${found.line}` || found.classname.endsWith(place || "-") ? "test" : "part";
  }
  const bare = file.replace(/^\.\//, "");
  const before = [file, bare, bare.replace(/\.rb$/, "").replaceAll("/", ".")];
  const name = plainTitle(found.name);
  const joined = before.flatMap((each) =>
    [".", " > ", " › ", "::", " "].map((join) => `${each}${join}${name}`),
  );
  return [name, ...joined].includes(plainTitle(content)) ? "test" : null;
}

export const rspec: Recipe = { name: "rspec", frameworkIds: ["rspec"], plan, match };
