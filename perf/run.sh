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

needs_broker=yes needs_subjects=yes before=
for ((i = 1; i <= $#; i++)); do
    option=${!i}
    case $option in
        --before) before=${*:i+1:1} ;;
        --before=*) before=${option#*=} ;;
        --broker | --broker=*) needs_broker= ;;
        --report | --report=* | --help | -h | '-?' | --version) needs_broker='' needs_subjects='' ;;
    esac
done

echo "Building ..." >&2
build "$root/perf/BrokerServe.Bench"
if [[ $needs_subjects ]]; then
    for project in src/BrokerServe.Host perf/BrokerServe.{RawRelay,ServeLoad,MassTransitPeer,InProcess,Benchmarks}; do build "$root/$project"; done
    if [[ $before ]]; then
        for project in src/BrokerServe.Host perf/BrokerServe.ServeLoad; do build "$before/$project"; done
    fi
fi

if [[ $needs_broker ]] && ! install_rabbitmq >&2; then
    echo "perf/run.sh: there is no RabbitMQ to measure. Run 'apt-get install rabbitmq-server' as root, or name one with --broker." >&2
    exit 1
fi

# A thousand replicas are several thousand connections.
ulimit -n "$(ulimit -Hn)" 2> /dev/null || true
exec "$root/perf/BrokerServe.Bench/bin/Release/net10.0/bench" "$@"
