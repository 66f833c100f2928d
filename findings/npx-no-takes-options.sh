#!/usr/bin/env bash
# npm 10.9.2, `npx --no TOOL --json`.
# Guessed: everything behind the tool's name is the tool's, so `npx --no TOOL` and `npx --no-install TOOL` are the same.
# Seen: behind `--no`, npx takes every option out of the tool's arguments, those that npm does not know too: the tool
# never sees `--json`. Behind `--no-install` all of them arrive.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . npm@10.9.2 >/dev/null 2>&1
mkdir -p show/bin
echo '{ "name": "show", "version": "1.0.0", "bin": { "show": "bin/show.js" } }' >show/package.json
printf '#!/usr/bin/env node\nconsole.log(process.argv.slice(2).join(" "));\n' >show/bin/show.js
chmod +x show/bin/show.js
npm install --silent --no-audit --no-fund --prefix . ./show >/dev/null 2>&1
npx=node_modules/.bin/npx
expect() {
  [ "$2" = "$3" ] || { echo "changed: $1 gave the tool \"$2\", not \"$3\""; exit 1; }
  echo "npm $(node_modules/.bin/npm --version): $1 gave the tool \"$2\""
}
expect 'npx --no show --json --other' "$($npx --no show --json --other)" ""
expect 'npx --no-install show --json --other' "$($npx --no-install show --json --other)" "--json --other"
