#!/usr/bin/env bash
# Kills a training process (SIGKILL) at random moments, 25 unless another number is given, resumes it each time from
# the newest checkpoint, and compares weights, checkpoints and logs, bit for bit, with an uninterrupted run.
#   tests/kill-resume.sh [kills] [seed]
#   tests/kill-resume.sh race [writes] [seed]   two processes write one checkpoint path 1,000 times each, some are killed, a third reads
set -euo pipefail
mode=prove
if [[ "${1:-}" == race ]]; then
  mode=race
  shift
fi
exec dotnet run --project "$(dirname "$0")/KillResume" --configuration Release -- "$mode" "$@"
