#!/usr/bin/env bash
# Builds everything and runs every test; the last line says "N passed, N failed". Works from any folder, on any machine with the .NET SDK.
# What failed is said again above that line, with its first lines; the whole output of each project is in artifacts/tests/.
#
#   tests/run.sh                      everything
#   tests/run.sh Transport Router     only the projects with these words in their names
#   tests/run.sh --broker 4 ...       with RabbitMQ 4.x; --broker 3 with 3.x
#
# The tests want a real RabbitMQ. It is looked for in this order: the URI in BROKERSERVE_TEST_BROKER; a Docker engine, in which the tests
# start containers; the server installed here, of which this script starts one private node that all projects share. With --broker the
# first of them must be of that line, containers are, and a server of another line than the one installed here comes from another Debian
# release, into ${XDG_CACHE_HOME:-~/.cache}/brokerserve (see BrokerServe.TestBroker/debian.sh). The samples in Python want pika and msgpack;
# those in JavaScript want Node.js, and npm, which fetches their packages once. On Debian what is missing is installed, when this user may.
set -euo pipefail

readonly project_limit_s=600 # The slowest project takes six minutes on two idle cores.
readonly failure_lines=40    # Enough for what was expected, what was there instead, and where.
source "$(dirname "${BASH_SOURCE[0]}")/BrokerServe.TestBroker/packages.sh"
readonly python_packages=(python3-pika python3-msgpack)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root results="$root/artifacts/tests" broker="$root/tests/BrokerServe.TestBroker/broker.sh"

say() { printf '%s\n' "$@"; }
fail() { say "tests/run.sh: $*" >&2; exit 1; }

find_python() {
    local python
    for python in python3 /usr/bin/python3; do
        "$python" -c "import pika, msgpack" 2> /dev/null && return
    done

    install_missing "${python_packages[@]}" ||
        say "The tests of the Python samples will fail: 'apt-get install ${python_packages[*]}' as root, or 'pip install pika msgpack', is missing."
}

# The packages go where the samples look for them. They are fetched again when others are wanted.
find_node() {
    local samples="$root/samples/node" fetch=true
    local -a missing=()
    [[ $samples/node_modules/.package-lock.json -nt $samples/package-lock.json ]] && fetch=false
    type -P node > /dev/null || missing+=(nodejs)
    if $fetch && ! type -P npm > /dev/null; then missing+=(npm); fi
    if [[ ${#missing[@]} -gt 0 ]] && ! install_missing "${missing[@]}"; then
        say "The tests of the Node.js samples will fail: 'apt-get install ${missing[*]}' as root is missing."
    elif $fetch && ! (cd "$samples" && npm ci --no-audit --no-fund --loglevel=error); then
        say "The tests of the Node.js samples will fail: 'npm ci' in $samples could not fetch their packages."
    fi
}

# Sets the variables that the tests look at; see BrokerServe.TestBroker.
find_broker() {
    if [[ -n ${BROKERSERVE_TEST_BROKER:-} ]]; then
        say "Testing with the broker of BROKERSERVE_TEST_BROKER${line:+, which must be RabbitMQ $line.x}."
    elif timeout 20 docker info > /dev/null 2>&1; then
        say "Testing with RabbitMQ${line:+ $line.x} in Docker."
    else
        [[ -n $line ]] || install_rabbitmq ||
            fail "there is no RabbitMQ to test with. Run 'apt-get install rabbitmq-server' as root, start Docker, or set" \
                "BROKERSERVE_TEST_BROKER=amqp://user:password@host/"
        local folder
        folder=$(mktemp -d)
        trap 'bash "$broker" stop "'"$folder"'"' EXIT
        BROKERSERVE_TEST_BROKER=$(bash "$broker" start "$folder" $$)
        export BROKERSERVE_TEST_BROKER BROKERSERVE_TEST_BROKER_DIR=$folder
        say "No Docker engine answers. Testing with a private node of RabbitMQ $(bash "$broker" ctl "$folder" -q version | tail -n 1) at" \
            "$BROKERSERVE_TEST_BROKER"
    fi
}

# No process of the build stays behind: it would keep a caller waiting that reads this script's output to the end.
build() {
    DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 \
        dotnet build "$1" -c Release -nologo -v quiet -nodeReuse:false -p:UseSharedCompilation=false && return
    say "" "The build failed." "0 passed, 1 failed"
    exit 1
}

passed=0 failed=0 skipped=0
declare -a summary=() failed_logs=()

count() { grep -o '<assembly [^>]*>' "$1" 2> /dev/null | head -n 1 | sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p" || true; }

# Each failed test as the runner told it: what it is called, and at most so many lines of what it said.
failures() {
    awk -v most="$failure_lines" '
        / \[FAIL\]$|^    \[FATAL ERROR\]| Cleanup Failure \(/ { left = most; print; next }
        /^  [^ ]/ || /^    [^ ]/ || /^      Output:$/ { left = 0 }
        /^      / && left-- > 0' "$1"
}

# A runner that crashed, hung or said nothing counts as a failure of its own, besides the failures that it wrote down.
run_project() {
    local name=$1 exe="$root/tests/$1/bin/Release/net10.0/$1" report="$results/$1.xml" log="$results/$1.log" code=0 since=$SECONDS p f e s
    rm -f "$report" "$log"
    say "" "== $name"
    timeout --kill-after=30 "$project_limit_s" "$exe" -noLogo -noColor -longRunning 120 -result-xml "$report" < /dev/null 2>&1 |
        tee "$log" || code=$?
    p=$(count "$report" passed) f=$(count "$report" failed) e=$(count "$report" errors) s=$(count "$report" skipped)
    local bad=$((${f:-0} + ${e:-0})) note=""
    if [[ $code == 124 || $code == 137 ]]; then
        bad=$((bad + 1)) note=" (ended after $project_limit_s s)"
    elif [[ -z $p || ($code != 0 && $bad == 0) ]]; then
        bad=$((bad + 1)) note=" (the runner ended with code $code)"
    fi

    passed=$((passed + ${p:-0})) failed=$((failed + bad)) skipped=$((skipped + ${s:-0}))
    [[ $bad == 0 ]] || failed_logs+=("$log")
    summary+=("$(printf '%-36s %5d passed %5d failed %6d s%s' "$name" "${p:-0}" "$bad" $((SECONDS - since)) "$note")")
}

line=${BROKERSERVE_TEST_BROKER_LINE:-}
words=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --broker) line=${2:-}; shift 2 || true; [[ $line == [34] ]] || fail "--broker takes 3 or 4" ;;
        -*) fail "there is no option $1; see the head of this file" ;;
        *) words+=("$1"); shift ;;
    esac
done
export BROKERSERVE_TEST_BROKER_LINE=$line

projects=()
for project in "$root"/tests/*.Tests; do
    for word in "${words[@]:-.Tests}"; do
        if [[ $(basename "$project") == *"$word"* ]]; then
            projects+=("$(basename "$project")")
            break
        fi
    done
done

[[ ${#projects[@]} -gt 0 ]] || fail "no project under tests/ has a name with any of: ${words[*]}"

say "Building ..."
if [[ ${#words[@]} == 0 ]]; then
    build "$root/BrokerServe.sln"
else
    for name in "${projects[@]}"; do build "$root/tests/$name"; done
fi

find_broker
if [[ " ${projects[*]} " == *.Foreign.* ]]; then
    find_python
    find_node
fi
mkdir -p "$results"
for name in "${projects[@]}"; do run_project "$name"; done

for log in ${failed_logs[@]+"${failed_logs[@]}"}; do
    say "" "-- failed in $(basename "$log" .log)"
    told=$(failures "$log")
    say "${told:-$(tail -n "$failure_lines" "$log")}" # A runner that crashed or hung tells of no failure.
done
say "" "${summary[@]}" ""
line="$passed passed, $failed failed"
[[ $skipped == 0 ]] || line+=", $skipped skipped"
say "$line"
[[ $failed == 0 && $passed -gt 0 ]]
