#!/usr/bin/env bash
# Measures BrokerServe beside code written by hand and beside a peer; the same command on any machine with Debian and the .NET SDK.
#
#   perf/run.sh --quick     three minutes, once everything is built
#   perf/run.sh             everything, some hours
#   perf/run.sh --help      all options; --report puts results into the documents
#
# Builds what it runs, and starts a private RabbitMQ, unless --broker names one. The server is installed when it is missing and this user may.
# Results go to perf/results. Nothing else should run meanwhile.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root
source "$root/tests/BrokerServe.TestBroker/packages.sh"

# No process of the build stays behind: it would take part in what is measured.
build() {
    DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 \
        dotnet build "$1" -c Release -nologo -verbosity:quiet -clp:"ErrorsOnly;NoSummary" -nodeReuse:false -p:UseSharedCompilation=false >&2
}

needs_broker=yes needs_subjects=yes checkouts=()
for ((i = 1; i <= $#; i++)); do
    option=${!i}
    case $option in
        --before) checkouts+=("${*:i+1:1}") ;;
        --before=*) checkouts+=("${option#*=}") ;;
        --beside | --beside=*)
            if [[ $option == --beside ]]; then variant=${*:i+1:1}; else variant=${option#*=}; fi
            # With a second '=' it sets variables; without any it is refused later.
            if [[ $variant == *=* && $variant != *=*=* ]]; then checkouts+=("${variant#*=}"); fi
            ;;
        --broker | --broker=*) needs_broker= ;;
        --report | --report=* | --help | -h | '-?' | --version) needs_broker='' needs_subjects='' ;;
    esac
done

echo "Building ..." >&2
build "$root/perf/BrokerServe.Bench"
if [[ $needs_subjects ]]; then
    for project in src/BrokerServe.Host perf/BrokerServe.{RawRelay,ServeLoad,MassTransitPeer,InProcess,Benchmarks}; do build "$root/$project"; done
    for checkout in ${checkouts[@]+"${checkouts[@]}"}; do
        [[ $checkout ]] || continue
        for project in src/BrokerServe.Host perf/BrokerServe.ServeLoad; do build "$checkout/$project"; done
    done
fi

if [[ $needs_broker ]] && ! install_rabbitmq >&2; then
    echo "perf/run.sh: there is no RabbitMQ to measure. Run 'apt-get install rabbitmq-server' as root, or name one with --broker." >&2
    exit 1
fi

# A thousand replicas are several thousand connections.
ulimit -n "$(ulimit -Hn)" 2> /dev/null || true
exec "$root/perf/BrokerServe.Bench/bin/Release/net10.0/bench" "$@"
