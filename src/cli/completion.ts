import { Plain } from "../programs/plain-error.ts";
import { COMMAND_WORDS } from "./options.ts";

/** The commands with the words that may follow each. */
const choices = (): [string, string[]][] =>
  [...COMMAND_WORDS].map(([name, { options, first = [] }]) => [
    name,
    [...first, ...Object.keys(options).map((option) => `--${option}`)],
  ]);

const bash =
  (): string => `# muster completion bash > /etc/bash_completion.d/muster, or: source <(muster completion bash)
_muster() {
  local words current="\${COMP_WORDS[COMP_CWORD]}" command="\${COMP_WORDS[1]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${[...COMMAND_WORDS.keys()].join(" ")}"
  else
    case "$command" in
${choices()
  .map(([name, words]) => `      ${name}) words="${words.join(" ")}" ;;`)
  .join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _muster muster
`;

const zsh = (): string => `#compdef muster
# muster completion zsh > "\${fpath[1]}/_muster"
_muster() {
  if (( CURRENT == 2 )); then
    local -a commands
    commands=(
${[...COMMAND_WORDS].map(([name, { words }]) => `      '${name}:${words.replaceAll("'", "'\\''").replaceAll(":", "\\:")}'`).join("\n")}
    )
    _describe command commands
    return
  fi
  case "$words[2]" in
${choices()
  .map(([name, words]) => `    ${name}) compadd -- ${words.join(" ")} ;;`)
  .join("\n")}
  esac
  _files
}
if [ "$funcstack[1]" = "_muster" ]; then _muster "$@"; else compdef _muster muster; fi
`;

const quoted = (words: string): string => `'${words.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

const fish = (): string =>
  [
    "# muster completion fish > ~/.config/fish/completions/muster.fish",
    ...[...COMMAND_WORDS].flatMap(([name, { words, options, first = [] }]) => [
      `complete -c muster -f -n __fish_use_subcommand -a ${name} -d ${quoted(words)}`,
      ...first.map((word) => `complete -c muster -f -n '__fish_seen_subcommand_from ${name}' -a ${word}`),
      ...Object.entries(options).map(
        ([option, { type, help }]) =>
          `complete -c muster -n '__fish_seen_subcommand_from ${name}' -l ${option}${type === "string" ? " -r" : ""} -d ${quoted(help)}`,
      ),
    ]),
    "",
  ].join("\n");

const SHELLS: ReadonlyMap<string, () => string> = new Map([
  ["bash", bash],
  ["zsh", zsh],
  ["fish", fish],
]);

/** The completion of a shell. Throws `Plain`. */
export const completionOf = (shell: string | undefined): string => {
  const write = SHELLS.get(shell ?? "");
  if (!write) throw new Plain(`which shell? muster completion ${[...SHELLS.keys()].join("|")}`);
  return write();
};
