import { expect, test } from "vitest";
import { failureGroup } from "../../src/project-results/failure-groups.ts";

test.each([
  ["expected 200 but got 503", "expected 500 but got 404"],
  ["at 2026-03-01T10:00:00.123Z it was late", "at 2027-11-30 23:59:59+0100 it was late"],
  ["took 10:00:01,5 to answer", "took 09:13:59 to answer"],
  ["user 5f1c0d2e-0000-4000-8000-000000000001 is gone", "user a1b2c3d4-ffff-4000-8000-00000000000a is gone"],
  ["no route to http://10.0.0.5:8080/a?b=1", "no route to https://shop.test/cart"],
  ["refused by 10.0.0.5:443", "refused by 192.168.178.20:80"],
  ["refused by ::1:8080", "refused by ::1:54321"],
  ["refused by [::1]:443", "refused by [2001:db8::8a2e:370:7334]:8443"],
  ["no route to 2001:0db8:0:0:10:20:30:1", "no route to fe80::1%eth0"],
  ["listens on ::ffff:10.0.0.5 only", "listens on fe80:: only"],
  ["refused by ::1:8080", "refused by 10.0.0.5:443"],
  ["no lease for 00:1b:44:11:3a:b7", "no lease for 00-1B-44-11-3A-B8"],
  ["segfault at 0x7ffde2", "segfault at 0xdeadbeef"],
  ["Cart@1b6d3586 is empty", "Cart@4554617c is empty"],
  [
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8 is bad",
    "commit 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567 is bad",
  ],
  ["two\n  lines 1", "two lines 2"],
])("%j and %j are failures of one kind", (one, other) => {
  expect(failureGroup(one)).toBe(failureGroup(other));
});

test.each([
  ["expected true", "expected false"],
  ["cart is empty", "user is gone"],
  ["Cart::add is gone", "Cart::cede is gone"],
  ["add::face is gone", "add::bead is gone"],
])("%j and %j are not", (one, other) => {
  expect(failureGroup(one)).not.toBe(failureGroup(other));
});

test("without a message there is no kind; a long message is cut", () => {
  expect(failureGroup(null)).toBeNull();
  expect(failureGroup("  ")).toBeNull();
  expect(failureGroup(`${"x".repeat(5000)}1`)).toBe("x".repeat(300));
});
