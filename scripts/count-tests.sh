#!/usr/bin/env bash
# Adds up what cargo, vitest and Playwright printed, and lists what tests said they skipped.
#
#   scripts/count-tests.sh <folder of logs> [<phase that failed>…]
#
# A test that finds the machine lacking writes `skipped: <name>: <reason>` to standard error, past cargo's capture. A phase
# that failed without a failed test (it did not compile, say) counts as one.
set -euo pipefail
logs=$1
shift

# Playwright's set-up says it in capitals.
grep -hoE '(skipped|SKIPPED): .+' "$logs"/* | sed 's/^SKIPPED/skipped/' | sort -u || true

failed_phases=$(printf '%s\n' "$@")
export failed_phases
awk '
    function count(words,    i, n, parts) {
        # "1 failed | 4 passed | 2 skipped (7)"
        n = split(words, parts, /[^a-z0-9]+/)
        for (i = 1; i < n; i++)
            if (parts[i] ~ /^[0-9]+$/) add(parts[i + 1], parts[i])
    }
    function add(word, number) {
        if (word == "passed" || word == "flaky") passed += number
        else if (word == "failed" || word == "interrupted") { failed += number; in_phase[FILENAME] += number }
        else if (word == "ignored" || word == "skipped") skipped += number
    }
    # cargo: "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; …"
    /^test result: / { sub(/; finished in.*/, ""); count($0) }
    # vitest: "      Tests  4 passed | 1 skipped (5)"
    /^ +Tests +[0-9]/ { sub(/\(.*/, ""); count($0) }
    # Playwright: "  3 passed (12.0s)", a kind a line
    /^ +[0-9]+ (passed|failed|flaky|skipped|interrupted)( \(.*\))?$/ { add($2, $1) }
    /^ +[0-9]+ did not run$/ { skipped += $1 }
    # What a test said itself.
    match($0, /skipped: [^:]+: /) { said[substr($0, RSTART)] = 1 }
    END {
        for (line in said) skipped++
        n = split(ENVIRON["failed_phases"], names, "\n")
        for (i = 1; i <= n; i++) {
            if (names[i] == "") continue
            has_failed_test = 0
            for (file in in_phase)
                if (file ~ ("[0-9][0-9] " names[i] "$")) has_failed_test = 1
            if (!has_failed_test) failed++
        }
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    }
' "$logs"/*
