# Sourced by the scripts that do several things in a row: each is a phase with a name, its time and its outcome.

phase_logs=$(mktemp -d)
trap 'rm -rf "$phase_logs"' EXIT
phase_number=0
failed_phases=()
skipped_phases=()

# run_phase <name> <command…>: runs the command, shows what it prints, keeps it, and tells how long it took.
run_phase() {
    local name=$1 began=$SECONDS status=0
    shift
    phase_number=$((phase_number + 1))
    printf '\n── %s\n' "$name"
    "$@" 2>&1 | tee "$phase_logs/$(printf '%02d' "$phase_number") $name" || status=$?
    printf 'phase: %s %d s\n' "$name" "$((SECONDS - began))"
    if [ "$status" -ne 0 ]; then
        failed_phases+=("$name")
    fi
    return "$status"
}

# skip_phase <name> <reason>: says that a phase is not run, now and in the summary.
skip_phase() {
    skipped_phases+=("$1: $2")
    printf '\nskipped: %s: %s\n' "$1" "$2"
}

# Prints what failed and what was skipped, and why.
print_outcome() {
    local line
    echo
    for line in "${skipped_phases[@]}"; do echo "skipped: $line"; done
    for line in "${failed_phases[@]}"; do echo "failed: $line"; done
}
