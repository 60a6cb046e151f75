#!/bin/sh
# Adds up what `dotnet test` wrote, read from standard input, and closes with the line "N passed, N failed[, N skipped]".
# Usage: totals.sh EXIT-CODE-OF-DOTNET-TEST < its output. Fails unless tests passed and none failed.
# A test host that died reports no totals of its own; it counts as one failure.
awk -v status="$1" '
    match($0, /Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+/) {
        line = substr($0, RSTART, RLENGTH); gsub(/[^0-9 ]/, "", line); split(line, n, " ")
        failed += n[1]; passed += n[2]; skipped += n[3]
    }
    /test run was aborted/ { failed++ }
    END {
        if (failed == 0 && (status != 0 || passed == 0)) failed = 1
        printf "%d passed, %d failed%s\n", passed, failed, (skipped ? ", " skipped " skipped" : "")
        exit (failed > 0)
    }'
