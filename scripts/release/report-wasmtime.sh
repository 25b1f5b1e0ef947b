#!/usr/bin/env bash
# Reporter of a Wasmtime trial: opens a pull request if all checks passed, else an issue, once for each version.
#
#   report-wasmtime.sh DIR    the directory with the trial's version, outcome, checks.txt and wasmtime.patch
#
# It needs GH_TOKEN, and the URL of the trial in RUN. It validates the trial's files before it uses them.
set -euo pipefail
version="$(<"$1/version")"
[[ "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { echo "not a version: $version" >&2; exit 1; }
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
