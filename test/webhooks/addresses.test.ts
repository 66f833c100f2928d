import { describe, expect, test } from "vitest";
import { addressProblem } from "../../src/webhooks/addresses.ts";

const PUBLIC = { private: false };

describe("the address of a receiver", () => {
  test.each([
    "https://ci.example.com/muster",
    "https://ci.example.com:8443/muster?channel=7",
    "https://hooks.slack.com/services/T0/B0/x",
    "https://CI.Example.COM./",
    "https://xn--bcher-kva.de/",
    "https://10.example.com/",
  ])("may be %s", (address) => {
    expect(addressProblem(address, PUBLIC)).toBeUndefined();
  });

  test.each([
    ["no address", "ci.example.com"],
    ["http", "http://ci.example.com/"],
    ["another protocol", "ftp://ci.example.com/"],
    ["a script", "javascript:alert(1)"],
    ["data", "data:text/plain,x"],
    ["a password", "https://user:secret@ci.example.com/"],
    ["a user", "https://user@ci.example.com/"],
    ["the machine itself", "https://localhost/"],
    ["the machine itself, with a full stop", "https://localhost./"],
    ["a name below it", "https://a.localhost/"],
    ["the loopback", "https://127.0.0.1/"],
    ["the loopback in one number", "https://2130706433/"],
    ["the loopback in octal", "https://0177.0.0.1/"],
    ["the loopback in hex", "https://0x7f.1/"],
    ["the loopback in full-width digits", "https://１２７.0.0.1/"],
    ["the loopback of IPv6", "https://[::1]/"],
    ["IPv4 in IPv6", "https://[::ffff:127.0.0.1]/"],
    ["a private network", "https://10.0.0.1/"],
    ["a private network", "https://192.168.1.1/"],
    ["a private network", "https://172.16.0.1/"],
    ["a carrier's network", "https://100.64.0.1/"],
    ["a link", "https://169.254.169.254/latest/meta-data/"],
    ["a unique local address", "https://[fd00::1]/"],
    ["a link-local address", "https://[fe80::1]/"],
    ["any address", "https://0.0.0.0/"],
    ["a public IP address", "https://93.184.216.34/"],
    ["a single label", "https://build/"],
    ["a name of a local network", "https://printer.local/"],
    ["a name of an internal network", "https://metadata.google.internal/"],
    ["a home network", "https://nas.home.arpa/"],
    ["an empty label", "https://ci..example.com/"],
    ["two lines", "https://ci.exa\nmple.com/"],
    ["a hidden service", "https://abc.onion/"],
    ["a long one", `https://ci.example.com/${"a".repeat(2000)}`],
  ])("may not be %s: %s", (_, address) => {
    expect(addressProblem(address, PUBLIC)).toMatch(/^must /);
  });

  test("may be private, and without TLS, where the setting allows it; a script is none even then", () => {
    const rules = { private: true };
    expect(addressProblem("http://127.0.0.1:9000/", rules)).toBeUndefined();
    expect(addressProblem("https://localhost/", rules)).toBeUndefined();
    expect(addressProblem("file:///etc/passwd", rules)).toMatch(/^must /);
    expect(addressProblem("http://user:secret@127.0.0.1/", rules)).toMatch(/^must /);
  });
});
