#!/usr/bin/env bash
# Kills one of four processes that train together at random moments, resumes them, and compares the end with that of a run that nobody disturbed: tests/kill-processes.sh [kills = 10] [seed]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet run -c Release --project tests/DistributedWorker -- prove 4 "${1:-10}" "${2:-$RANDOM}"
