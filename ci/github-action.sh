#!/usr/bin/env bash
# The step of action.yml: annotations to the log, a page to the summary of the job, SARIF to a file, the exit code to the
# outputs. Its inputs are the variables MAILLINT, MAILLINT_PATHS, MAILLINT_ARGUMENTS and MAILLINT_SARIF.
set -euo pipefail

arguments=(check --format github)
if [ -n "${MAILLINT_SARIF:-}" ]; then
  arguments+=(--output "sarif=$MAILLINT_SARIF")
fi
summary="$(mktemp)"
trap 'rm -f "$summary"' EXIT
arguments+=(--output "markdown=$summary")
while IFS= read -r argument; do
  if [ -n "$argument" ]; then
    arguments+=("$argument")
  fi
done <<<"${MAILLINT_ARGUMENTS:-}"
arguments+=(--)
while IFS= read -r path; do
  if [ -n "$path" ]; then
    arguments+=("$path")
  fi
done <<<"${MAILLINT_PATHS:-}"

status=0
"${MAILLINT:-maillint}" "${arguments[@]}" || status=$?
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  cat "$summary" >>"$GITHUB_STEP_SUMMARY"
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  printf 'exit-code=%s\n' "$status" >>"$GITHUB_OUTPUT"
fi
exit "$status"
