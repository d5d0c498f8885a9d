# cloister test: everything there is to test, with what the tests need.
# shellcheck shell=bash

. "$launcher/java.sh"
. "$launcher/packages.sh"

run_all_tests() {
    is_root || fail "$EXIT_HOST" "the tests isolate functions for real, which takes root: sudo $called_as test"
    make_data_folder
    REQUIRED_PROGRAMS+=("aws:awscli" "python3:python3")
    python3 -c 'import boto3' 2>/dev/null || REQUIRED_PROGRAMS+=("python3's boto3:python3-boto3")
    require_packages
    require_jdk
    # The tests start the product, which would build it in the middle of Maven's own run.
    require_build
    local log=$data/log/test.log started=$SECONDS status=0
    touch "$data/log/test.started"
    say "Testing everything; the whole log is $log"
    verify 2>&1 | tee "$log" | show_outline
    status=${PIPESTATUS[0]}
    print_totals "$((SECONDS - started))"
    if ((status != 0 || failed != 0)); then
        complain "the end of the log:"
        grep -E '^\[ERROR\]' "$log" | head -n 40 >&2
        fail "$EXIT_FAILED" "tests failed; the whole log is $log"
    fi
}

# Neither a failed test nor a badly formatted file hides the results of the modules that build on
# its own.
verify() (
    cd "$home" && export JAVA_HOME=$jdk && local status=0
    in_own_mounts ./mvnw -B -ntp --fail-at-end -Dmaven.test.failure.ignore=true \
        -Dspotless.check.skip=true verify || status=$?
    ./mvnw -B -ntp --fail-at-end spotless:check || status=$?
    exit "$status"
)

# Of Maven's output, the modules and the test classes.
show_outline() {
    sed -n -u -e 's/^\[INFO\] Building Cloister.*//' \
        -e 's/^\[INFO\] Building cloister-\([a-z]*\) .*/\1/p' \
        -e 's/^\[\(INFO\|WARNING\)\] \(Tests run: .*\) -*.* in \(.*\)$/  \2 in \3/p' \
        -e 's/^\[ERROR\]\( *Tests run: .*\)/FAILED \1/p'
}

# Sums up the reports that Surefire and Failsafe left since the start, and sets 'failed'.
print_totals() {
    local report line tests=0 skipped=0
    failed=0
    while IFS= read -r report; do
        line=$(grep -m 1 '<testsuite ' -A 2 "$report" | tr '\n' ' ')
        tests=$((tests + $(attribute tests "$line")))
        failed=$((failed + $(attribute failures "$line") + $(attribute errors "$line")))
        skipped=$((skipped + $(attribute skipped "$line")))
    done < <(find "$home" -path '*/target/*-reports/TEST-*.xml' \
        -newer "$data/log/test.started")
    say
    say "Tests: $tests run in $1 s"
    say "$((tests - failed - skipped)) passed, $failed failed, $skipped skipped"
}

# attribute NAME TEXT
attribute() {
    [[ $2 =~ [[:space:]]$1=\"([0-9]+)\" ]] && printf '%s' "${BASH_REMATCH[1]}" || printf 0
}
