/** A test's title without its row, and the row's name. */
export interface Row {
  title: string;
  parameters: string | null;
}

const SCENARIO = /^(.+?) - ((?:Example )?#\d+\.\d+(?:: .*)?)$/s;
const OUTLINE = /^(.*?) \(outline example : (.*)\)$/s;

/** By tool: the title is the first group, the row the second. */
const FORMS: Readonly<Record<string, RegExp>> = {
  pytest: /^([^[\]]+)\[(.*)\]$/s,
  // subTest writes its parameters, and so do some parametrised classes.
  unittest: /^(\w+) \((.*)\)$/s,
  nose2: /^(\w+):(\d+)$/,
  phpunit: /^(.+?) with data set (?:"(.*)"|(#\d+))$/s,
  // JUnit 5 numbers its rows; JUnit 4 writes the number or a name in brackets.
  surefire: /^(.+?)\[(.*)\]$/s,
  ant: /^(.+?)\[(.*)\]$/s,
  junit5: /^(.+?\))\[(\d+)\]$/s,
  qttest: /^(\w+)\((.+)\)$/s,
  gtest: /^(\w+)\/(\w+)$/,
  dotnet: /^([\w.<>`]+)\((.*)\)$/s,
  "cucumber-js": SCENARIO,
  cucumber: SCENARIO,
  behave: /^(.*?) -- (@\d+\.\d+.*)$/s,
};

/** Forms that are a row in any tool's report. */
const ANY = [FORMS.behave, OUTLINE, FORMS.junit5];

export const rowOf = (title: string, tool: string | null): Row => {
  const own = tool !== null && Object.hasOwn(FORMS, tool) ? FORMS[tool] : undefined;
  for (const form of own ? [own, ...ANY] : ANY) {
    const found = title.length < 10_000 ? form?.exec(title) : null;
    const [, before, ...rows] = found ?? [];
    const parameters = rows.find((row) => row !== undefined);
    if (before !== undefined && before.trim() !== "" && parameters !== undefined)
      return { title: before, parameters };
  }
  return { title, parameters: null };
};
