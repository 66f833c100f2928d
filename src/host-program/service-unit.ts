import { homedir } from "node:os";
import { join } from "node:path";

export interface Unit {
  /** Where the unit is written; null if it is a command to run. */
  path: string | null;
  text: string;
  /** How it is removed, as lines of a shell. */
  removal: string;
  /** Commands that enable and disable the unit. */
  install: readonly (readonly string[])[];
  remove: readonly (readonly string[])[];
}

export interface UnitFacts {
  platform: string;
  /** A unit of the system rather than of this user. */
  system: boolean;
  node: string;
  program: string;
  config: string | undefined;
  /** Absolute paths. */
  state: string;
  /** The file of its MUSTER_ variables. */
  environment: string;
  directory: string;
  /** Further options to start the host with. */
  args: readonly string[];
}

const NAME = "muster-host";
const LABEL = "com.muster.host";

/** The host reads its variables itself: neither launchd nor Windows' Task Scheduler can read them from a file. */
const argumentsOf = ({ program, config, state, environment, args }: UnitFacts): string[] => [
  program,
  "run",
  "--environment",
  environment,
  ...(config === undefined ? [] : ["--config", config]),
  "--state",
  state,
  ...args,
];

/** systemd replaces what follows a percent sign. */
const plain = (path: string): string => path.replaceAll("%", "%%");

const quoted = (text: string): string =>
  /[\s"'\\%$]/.test(text)
    ? `"${text.replace(/["\\]/g, "\\$&").replaceAll("%", "%%").replaceAll("$", "$$$$")}"`
    : text;

const removalOf = (commands: Unit["remove"], path: string): string =>
  [...commands, ["rm", path]].map((words) => `${words.join(" ")}\n`).join("");

/** KillMode=mixed and no timeout: SIGTERM goes to the host only, which lets its runs finish. */
const systemd = (facts: UnitFacts): Unit => {
  const own = facts.system ? [] : ["--user"];
  const folder = facts.system ? "/etc/systemd/system" : join(homedir(), ".config", "systemd", "user");
  const text = `[Unit]
Description=Muster automation host
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=${[facts.node, ...argumentsOf(facts)].map(quoted).join(" ")}
ExecReload=/bin/kill -HUP $MAINPID
WorkingDirectory=${plain(facts.directory)}
Restart=always
RestartSec=5
KillMode=mixed
TimeoutStopSec=infinity

[Install]
WantedBy=${facts.system ? "multi-user.target" : "default.target"}
`;
  const path = join(folder, `${NAME}.service`);
  const remove = [["systemctl", ...own, "disable", "--now", NAME]];
  return {
    path,
    text,
    removal: removalOf(remove, path),
    install: [
      ["systemctl", ...own, "daemon-reload"],
      ["systemctl", ...own, "enable", "--now", NAME],
    ],
    remove,
  };
};

const xml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const launchd = (facts: UnitFacts): Unit => {
  const folder = facts.system ? "/Library/LaunchDaemons" : join(homedir(), "Library", "LaunchAgents");
  const path = join(folder, `${LABEL}.plist`);
  const words = [facts.node, ...argumentsOf(facts)].map((word) => `    <string>${xml(word)}</string>`);
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LABEL}</string>
  <key>ProgramArguments</key>
  <array>
${words.join("\n")}
  </array>
  <key>WorkingDirectory</key>
  <string>${xml(facts.directory)}</string>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <true/>
  <key>ExitTimeOut</key>
  <integer>86400</integer>
  <key>StandardOutPath</key>
  <string>${xml(join(facts.state, "host.log"))}</string>
  <key>StandardErrorPath</key>
  <string>${xml(join(facts.state, "host.log"))}</string>
</dict>
</plist>
`;
  const remove = [["launchctl", "unload", "-w", path]];
  return {
    ...{ path, text, remove, removal: removalOf(remove, path) },
    install: [["launchctl", "load", "-w", path]],
  };
};

const schtasks = (facts: UnitFacts): Unit => {
  const line = [facts.node, ...argumentsOf(facts)].map((word) => `\\"${word}\\"`).join(" ");
  const when = facts.system ? "/SC ONSTART /RU SYSTEM" : "/SC ONLOGON";
  return {
    path: null,
    text: `schtasks /Create /F /TN ${NAME} ${when} /TR "${line}"\n`,
    removal: `schtasks /Delete /F /TN ${NAME}\n`,
    install: [],
    remove: [],
  };
};

/** The unit that starts the host with the machine: systemd, launchd, or a command for Windows' Task Scheduler. */
export const unitFor = (facts: UnitFacts): Unit => {
  if (facts.platform === "win32") return schtasks(facts);
  return facts.platform === "darwin" ? launchd(facts) : systemd(facts);
};
