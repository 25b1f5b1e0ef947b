#!/usr/bin/env bash
# Who hears how a new Wasmtime did? A pull request is opened where all checks held, else an issue; each once a version.
#
#   tell-wasmtime.sh DIR    the directory in which the trial left version, outcome, checks.txt and wasmtime.patch
#
# Needs GH_TOKEN, and RUN, the address of the trial. What the trial left is checked before it is used.
set -euo pipefail
version="$(<"$1/version")"
[[ "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { echo "no version: $version" >&2; exit 1; }
branch="wasmtime-$version"
title="Wasmtime $version"
body="$1/body.md"

{
  echo "The last lines of [the run]($RUN):"
  echo
  sed 's/^/    /' "$1/checks.txt"
} >"$body"

if [ "$(<"$1/outcome")" = success ]; then
  if git ls-remote --exit-code --heads origin "$branch" >/dev/null; then exit 0; fi
  git switch --create "$branch"
  git apply --include=Cargo.lock --include=crates/engine/Cargo.toml "$1/wasmtime.patch"
  git config user.name github-actions
  git config user.email github-actions@users.noreply.github.com
  git commit --all --message "Take $title"
  gh auth setup-git
  git push origin "$branch"
  gh pr create --title "Take $title" --body-file "$body" --head "$branch"
else
  title="$title does not pass the checks"
  found="$(gh issue list --state all --search "in:title \"$title\"" --json title --jq '.[].title')"
  if grep -qxF "$title" <<<"$found"; then exit 0; fi
  gh issue create --title "$title" --body-file "$body"
fi
