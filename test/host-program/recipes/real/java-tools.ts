import { gradle } from "../../../../src/host-program/recipes/gradle.ts";
import { maven } from "../../../../src/host-program/recipes/maven.ts";
import { type Ask, NO_SUCH, type RealTool } from "./real-tool.ts";

/** Debian's Maven and Gradle, offline, with the artifacts of Debian's packages. */
const mavenOffline = ["mvn", "-B", "-q", "-o", "-s", "/etc/maven/settings-debian.xml"];
const gradleOffline = ["gradle", "--offline", "--no-daemon", "-q"];

const dependency = (group: string, artifact: string, version: string): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

const pom = (dependencies: readonly string[]): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>p</groupId>
  <artifactId>a</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.source>11</maven.compiler.source>
    <maven.compiler.target>11</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>${dependencies.join("")}</dependencies>
  <build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId>
    <artifactId>maven-surefire-plugin</artifactId>
    <version>2.22.3</version>
  </plugin></plugins></build>
</project>
`;

const JUNIT5 = pom([
  dependency("org.junit.jupiter", "junit-jupiter-api", "5.9.2"),
  dependency("org.junit.jupiter", "junit-jupiter-params", "5.9.2"),
  dependency("org.junit.jupiter", "junit-jupiter-engine", "5.9.2"),
]);

const RAN = `  static void ran(String mark) {
    try {
      java.nio.file.Files.writeString(java.nio.file.Path.of(System.getenv("RAN")), "CLASS." + mark + "\\n",
        java.nio.file.StandardOpenOption.APPEND, java.nio.file.StandardOpenOption.CREATE);
    } catch (java.io.IOException error) {
      throw new RuntimeException(error);
    }
  }
`;

const JUPITER = `package p;

import org.junit.jupiter.api.*;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CLASS {
${RAN}
  @Test void x() { ran("x"); }
  @Test void xy() { ran("xy"); }
  @Test void cost$5() { ran("cost$5"); }
  @Test void red() { ran("red"); Assertions.fail("as it should"); }
  @ParameterizedTest @ValueSource(strings = {"a b", "*"}) void row(String value) { ran("row " + value); }
  @Nested class Inner { @Test void x() { ran("Inner.x"); } }
}
`;

const TESTNG = `package p;

import org.testng.annotations.*;

public class CLASS {
${RAN}
  @Test public void x() { ran("x"); }
  @Test public void xy() { ran("xy"); }
  @Test public void red() { ran("red"); throw new RuntimeException("as it should"); }
  @DataProvider public Object[][] rows() { return new Object[][] {{"a b"}, {"*"}}; }
  @Test(dataProvider = "rows") public void row(String value) { ran("row " + value); }
}
`;

const JUNIT4 = `package p;

import org.junit.*;

public class CLASS {
${RAN}
  @Test public void x() { ran("x"); }
  @Test public void xy() { ran("xy"); }
  @Test public void red() { ran("red"); Assert.fail("as it should"); }
}
`;

const PARAMETERIZED = `package p;

import org.junit.*;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

@RunWith(Parameterized.class)
public class CLASS {
${RAN}
  @Parameterized.Parameters(name = "{index}: {0}") public static Object[] rows() { return new Object[] {"a b", "*"}; }
  @Parameterized.Parameter public String value;
  @Test public void row() { ran("row " + value); }
  @Test public void rowing() { ran("rowing " + value); }
}
`;

const one = (what: string, contents: string[], ...ran: string[]): Ask => ({
  what,
  contents,
  ran,
  outcome: "COMPLETED",
});

const common: Ask[] = [
  one("a method that begins another, of a class that another's name ends with", ["p.ATest#x"], "ATest.x"),
  one("classname.name of a report", ["p.BATest.xy"], "BATest.xy"),
  one("methods of two classes", ["p.ATest#xy", "p.BATest#x"], "ATest.xy", "BATest.x"),
  {
    what: "a green test, a red one and one that is not there",
    contents: ["p.ATest#x", "p.BATest#red", "p.ATest#gone"],
    ran: ["ATest.x", "BATest.red"],
    outcome: "FAILED",
    tests: ["passed", "failed", "not_found"],
  },
  {
    what: "only a test that is not there",
    contents: ["p.ATest#gone"],
    ran: [],
    outcome: "FAILED",
    tests: ["not_found"],
    reason: NO_SUCH,
  },
];

const sources = (text: string): Record<string, string> => ({
  "src/test/java/p/ATest.java": text.replaceAll("CLASS", "ATest"),
  "src/test/java/p/BATest.java": text.replaceAll("CLASS", "BATest"),
});

const jupiterAsks: Ask[] = [
  ...common,
  one("a method with a dollar sign", ["p.ATest#cost$5"], "ATest.cost$5"),
  one("a method of a nested class", ["p.ATest$Inner#x"], "ATest.Inner.x"),
];

export const javaTools: RealTool[] = [
  {
    name: "maven junit 5",
    recipe: maven,
    command: mavenOffline,
    version: ["mvn", "-version"],
    files: { "pom.xml": JUNIT5, ...sources(JUPITER) },
    asks: [
      ...jupiterAsks,
      one("all rows", ["p.ATest#row"], "ATest.row a b", "ATest.row *"),
      // Surefire chooses by the method: the other rows run too, and the outcome is the asked row's own.
      one(
        "one row, with which Surefire runs its others",
        ["p.ATest#row{String}[2]"],
        "ATest.row a b",
        "ATest.row *",
      ),
    ],
  },
  {
    name: "maven junit 4",
    recipe: maven,
    command: mavenOffline,
    version: ["mvn", "-version"],
    files: {
      "pom.xml": pom([dependency("junit", "junit", "4.x")]),
      ...sources(JUNIT4),
      "src/test/java/p/RowTest.java": PARAMETERIZED.replaceAll("CLASS", "RowTest"),
    },
    asks: [...common, one("one row", ["p.RowTest#row[1: *]"], "RowTest.row *")],
  },
  {
    name: "maven testng",
    recipe: maven,
    command: mavenOffline,
    version: ["mvn", "-version"],
    files: { "pom.xml": pom([dependency("org.testng", "testng", "6.x")]), ...sources(TESTNG) },
    asks: [...common, one("all rows of a data provider", ["p.ATest#row"], "ATest.row a b", "ATest.row *")],
  },
  {
    name: "gradle",
    recipe: gradle,
    command: gradleOffline,
    version: ["gradle", "--version"],
    files: {
      "settings.gradle": "include 'empty'\n",
      "empty/build.gradle": "apply plugin: 'java'\n",
      "build.gradle": `apply plugin: 'java'
repositories { flatDir { dirs '/usr/share/java' } }
dependencies { testCompile name: 'junit4'; testCompile name: 'hamcrest-core' }
`,
      ...sources(JUNIT4),
    },
    asks: [...common, one("the same once more, with nothing changed", ["p.ATest#x"], "ATest.x")],
  },
  {
    name: "gradle testng",
    recipe: gradle,
    command: gradleOffline,
    version: ["gradle", "--version"],
    files: {
      "settings.gradle": "",
      "build.gradle": `apply plugin: 'java'
repositories { flatDir { dirs '/usr/share/java' } }
dependencies { testCompile name: 'testng'; testCompile name: 'jcommander'; testCompile name: 'bsh' }
test { useTestNG() }
`,
      ...sources(TESTNG),
    },
    asks: [...common, one("all rows of a data provider", ["p.ATest#row"], "ATest.row a b", "ATest.row *")],
  },
];
