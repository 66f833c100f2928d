/** A test's title without its row, and what the row is called. */
export interface Row {
  title: string;
  parameters: string | null;
}

const SCENARIO = /^(.+?) - ((?:Example )?#\d+\.\d+(?:: .*)?)$/s;
const OUTLINE = /^(.*?) \(outline example : (.*)\)$/s;

/** Each with the title in its first group and the row in its second. */
const FORMS: Readonly<Record<string, RegExp>> = {
  pytest: /^([^[\]]+)\[(.*)\]$/s,
  // subTest writes its parameters, and parametrised classes of others do too.
  unittest: /^(\w+) \((.*)\)$/s,
  nose2: /^(\w+):(\d+)$/,
  phpunit: /^(.+?) with data set (?:"(.*)"|(#\d+))$/s,
  // JUnit 5 numbers its rows; JUnit 4 has the number or a name in brackets.
  surefire: /^(.+?)\[(.*)\]$/s,
  ant: /^(.+?)\[(.*)\]$/s,
  junit5: /^(.+?\))\[(\d+)\]$/s,
  gtest: /^(\w+)\/(\w+)$/,
  dotnet: /^([\w.<>`]+)\((.*)\)$/s,
  "cucumber-js": SCENARIO,
  cucumber: SCENARIO,
  behave: /^(.*?) -- (@\d+\.\d+.*)$/s,
};

/** What has the form of a row in whatever tool. */
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
