#!/usr/bin/env bash
# Compares BrokerServe with a relay written by hand on RabbitMQ.Client: the same four hops, equal guarantees, each role a process of its
# own, on one private broker, in rounds that take turns. Prints each round and the median of the ratios.
#
#   perf/compare.sh [--rounds N] [--seconds N] [--warmup N] [--concurrency N] [--size BYTES] [--queue classic|quorum] [--transient]
#
#   --rounds       pairs of runs; default 5
#   --seconds      of each run; default 10
#   --warmup       seconds of each run before that, which are not counted: every load is a new process; default 3
#   --concurrency  requests outstanding, and the limit of each of the two workers; default 256
#   --size         body bytes; default 64
#   --queue        type of the queue in which requests wait; default classic
#   --transient    at most once: nothing persistent, confirmed or acknowledged late; without it at least once
#
# Needs the .NET SDK and a RabbitMQ server (Debian: apt-get install rabbitmq-server). Everything else is started and stopped here.
set -euo pipefail

usage() { sed -n '5,13s/^# \{0,1\}//p' "$0" >&2; exit 2; }

rounds=5 seconds=10 warmup=3 concurrency=256 size=64 queue=classic transient=
while (($#)); do
    case $1 in
        --rounds | --seconds | --warmup | --concurrency | --size)
            [[ ${2:-} =~ ^[0-9]+$ ]] || usage
            declare "${1#--}=$2"
            shift ;;
        --queue)
            [[ ${2:-} == classic || ${2:-} == quorum ]] || usage
            queue=$2
            shift ;;
        --transient) transient=yes ;;
        *) usage ;;
    esac
    shift
done

root=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
pids=()
stop() {
    ((${#pids[@]})) && kill "${pids[@]}" 2>/dev/null
    wait 2>/dev/null
    "$root/tests/BrokerServe.TestBroker/broker.sh" stop "$dir/broker" 2>/dev/null
    rm -rf "$dir"
}
trap stop EXIT

echo "Building ..." >&2
for project in perf/BrokerServe.RawRelay src/BrokerServe.Host; do
    dotnet build "$root/$project" -c Release -nologo -v q -clp:ErrorsOnly >&2
done
raw=$root/perf/BrokerServe.RawRelay/bin/Release/net10.0/rawrelay
serve=$root/src/BrokerServe.Host/bin/Release/net10.0/brokerserve

echo "Starting ..." >&2
uri=$("$root/tests/BrokerServe.TestBroker/broker.sh" start "$dir/broker" $$)
guarantee=AtLeastOnce raw_options=(--queue "$queue" --safe) load_options=()
[[ $transient ]] && guarantee=AtMostOnce raw_options=(--queue "$queue") load_options=(--at-most-once)
cat > "$dir/brokerserve.json" <<JSON
{
  "BrokerServe": {
    "Endpoints": { "greet": { "Traffic": { "greet-v1": 1 }, "QueueType": "${queue^}", "Delivery": "$guarantee" } },
    "Backends": { "greet-v1": {} }
  }
}
JSON

# Starts a process that stays; its number goes to the variable named first.
start() {
    local name=$1
    shift
    "$@" > "$dir/$name.out" 2> "$dir/$name.err" &
    pids+=($!)
    declare -g "$name=$!"
}
start relay "$raw" relay --broker "$uri" "${raw_options[@]}" --prefetch 2000
start router "$serve" router --config "$dir/brokerserve.json" --broker "$uri" --log-level Warning
for i in 1 2; do
    start "raw_worker_$i" "$raw" worker --broker "$uri" "${raw_options[@]}"
    start "worker_$i" "$serve" worker greet-v1 --handler echo --max-concurrent "$concurrency" --broker "$uri" --log-level Warning
done
broker=$(cat "$dir/broker/node.pid")

# Seconds of processor time that processes have used.
cpu() {
    local pid total=0
    for pid in "$@"; do
        total=$((total + $(awk '{ print $14 + $15 }' "/proc/$pid/stat")))
    done
    awk -v ticks="$total" -v hz="$(getconf CLK_TCK)" 'BEGIN { print ticks / hz }'
}

figure() { tr -d ' \n' < "$dir/load.json" | sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p"; }
failures() { tr -d ' \n' < "$dir/load.json" | sed -n 's/.*"errors":\({[^}]*}\).*/\1/p'; }

# run NAME MIDDLE WORKERS -- LOAD COMMAND: one run; its throughput goes to "throughput".
run() {
    local name=$1 middle=$2 workers=$3
    shift 4
    local before=("$(cpu "$middle")" "$(cpu $workers)" "$(cpu "$broker")") TIMEFORMAT='%U %S' load
    load=$({ time "$@" > "$dir/load.json" 2> "$dir/load.err"; } 2>&1) || { cat "$dir"/*.err >&2; return 1; }
    local after=("$(cpu "$middle")" "$(cpu $workers)" "$(cpu "$broker")")
    throughput=$(figure throughput)
    awk -v name="$name" -v round="$round" -v seconds="$seconds" -v warmup="$warmup" -v n="$(figure requests)" -v throughput="$throughput" -v p50="$(figure p50)" -v p99="$(figure p99)" \
        -v clock="$load" -v before="${before[*]}" -v after="${after[*]}" -v errors="$(failures)" 'BEGIN {
            split(before, b); split(after, a); split(clock, l)
            per = 100000 / (n * (seconds + warmup) / seconds) # Processor time is that of the warm-up, too.
            printf "| %s | %s | %d | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %s |\n", round, name, throughput, p50, p99,
                (l[1] + l[2]) * per, (a[1] - b[1]) * per, (a[2] - b[2]) * per, (a[3] - b[3]) * per, errors }'
}

run_raw() {
    run "raw relay" "$relay" "$raw_worker_1 $raw_worker_2" -- \
        "$raw" load --broker "$uri" "${raw_options[@]}" --concurrency "$concurrency" --duration "$1" --warmup "$warmup" --size "$size"
    raw_throughput=$throughput
}

run_serve() {
    run BrokerServe "$router" "$worker_1 $worker_2" -- \
        "$serve" load greet --broker "$uri" "${load_options[@]}" --concurrency "$concurrency" --duration "${1}s" --warmup "${warmup}s" --size "$size" \
        --json
    serve_throughput=$throughput
}

# Until everything is connected and compiled. The first lines are thrown away.
for _ in {1..100}; do
    [[ -s $dir/relay.out && -s $dir/raw_worker_1.out && -s $dir/raw_worker_2.out ]] && break
    sleep 0.1
done
round=0
{ run_raw 5; run_serve 5; } > /dev/null

echo "$guarantee, $queue queue, $concurrency outstanding, $size bytes, $rounds rounds of $seconds s after $warmup s, $(nproc) cores, $(date -u +%F)"
echo
echo "| round | what | requests/s | p50 ms | p99 ms | CPU-s per 100,000: load | middle | workers | broker | errors |"
echo "|---:|---|---:|---:|---:|---:|---:|---:|---:|---|"
ratios=()
for ((round = 1; round <= rounds; round++)); do
    # Who goes first changes, so that a machine that slows down or speeds up favours nobody.
    if ((round % 2)); then run_raw "$seconds"; run_serve "$seconds"; else run_serve "$seconds"; run_raw "$seconds"; fi
    ratios+=("$(awk -v s="$serve_throughput" -v r="$raw_throughput" 'BEGIN { printf "%.3f", s / r }')")
done
echo
printf '%s\n' "${ratios[@]}" | sort -n | awk '{ r[NR] = $1 }
    END { printf "BrokerServe / raw relay: median %.2f, from %.2f to %.2f\n", (r[int((NR + 1) / 2)] + r[int((NR + 2) / 2)]) / 2, r[1], r[NR] }'
