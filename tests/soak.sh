#!/usr/bin/env bash
# Runs all faults at random, under 1,000 calls each second, for a number of minutes, and says how the calls ended and what was left behind.
#
#   tests/soak.sh MINUTES                 on the RabbitMQ that is installed here, or in Docker
#   tests/soak.sh MINUTES --broker 4      on RabbitMQ 4.x; --broker 3 on 3.x
#   tests/soak.sh MINUTES --seed N        the same faults in the same order again; their moments are the machine's
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root name=BrokerServe.Faults.Tests
usage() { sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }

[[ ${1:-} =~ ^[0-9]+(\.[0-9]+)?$ ]] || usage
export BROKERSERVE_TEST_SOAK_MINUTES=$1
shift
while [[ $# -gt 0 ]]; do
    case $1 in
        --broker) [[ ${2:-} == [34] ]] || usage; export BROKERSERVE_TEST_BROKER_LINE=$2; shift 2 ;;
        --seed) [[ ${2:-} =~ ^[0-9]+$ ]] || usage; export BROKERSERVE_TEST_SOAK_SEED=$2; shift 2 ;;
        *) usage ;;
    esac
done

DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 \
    dotnet build "$root/tests/$name" -c Release -nologo -v quiet -nodeReuse:false -p:UseSharedCompilation=false
exec "$root/tests/$name/bin/Release/net10.0/$name" -noLogo -noColor -showLiveOutput -class "$name.SoakSpecs"
