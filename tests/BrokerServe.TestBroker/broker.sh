#!/usr/bin/env bash
# A private RabbitMQ node for a test run: everything it has lives in one folder, everything it opens is on the loopback.
#
#   broker.sh start DIR [OWNER_PID]   starts a node (or the same one again) and prints its URI when it takes connections;
#                                     with OWNER_PID it is stopped, and DIR deleted, when that process has ended
#   broker.sh cluster DIR [OWNER_PID] starts three nodes of one cluster and prints their URIs; DIR/1, DIR/2 and DIR/3 are their folders, for
#                                     all that is said here of one node
#   broker.sh ctl DIR ARGUMENT...     runs rabbitmqctl against it
#   broker.sh counters DIR            prints its counters of messages, an Erlang map; takes some milliseconds where rabbitmqctl takes a second
#   broker.sh evaluate DIR TERM       evaluates an Erlang expression in it, which ends with a dot, as quickly as that
#   broker.sh kill DIR                ends the node as a crash would; DIR stays, so that it can be started again
#   broker.sh stop DIR                ends the node, or the cluster, and deletes DIR
#
# BROKERSERVE_TEST_BROKER_LINE=3 or =4 says which line of RabbitMQ the node shall be of. When the server that is installed here is of another,
# or there is none, it is the one of a Debian release that has it; see debian.sh. Nodes of both may run side by side.
#
# The node, or the cluster, has an epmd of its own: one that is shared would outlive the run, or end under somebody else's node.
set -euo pipefail

readonly server=/usr/lib/rabbitmq/bin
here=$(dirname "$(readlink -f "$0")")
readonly here
readonly start_limit_s=300 # A node takes 9 s on two idle cores; a machine on which everybody builds beside it has been seen to take two minutes.

usage() { sed -n '4,17s/^# \{0,1\}//p' "$0" >&2; exit 2; }
fail() { echo "broker.sh: $*" >&2; exit 1; }
alive() { [[ -n "${1:-}" ]] && kill -0 "$1" 2>/dev/null; }
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

[[ $# -ge 2 ]] || usage
readonly command=$1 dir=$2
shift 2

# Below the range that the system hands out to outgoing connections.
free_port() {
    local port
    for _ in {1..200}; do
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        listens "$port" || { echo "$port"; return; }
    done
    fail "found no free port on 127.0.0.1"
}

# Prints the root folder of the server: nothing when it is the one that is installed here.
find_root() {
    local line=${BROKERSERVE_TEST_BROKER_LINE:-} installed
    installed=$(readlink "$server/rabbitmq-server" | sed -n 's/.*rabbitmq_server-\([0-9]*\)\..*/\1/p') || true
    case $line in
        3) [[ $installed == 3 ]] || bash "$here/debian.sh" root bookworm ;;
        4) [[ $installed == 4 ]] || bash "$here/debian.sh" root trixie ;;
        '') [[ -n $installed ]] || fail "there is no RabbitMQ server here; install it (Debian: apt-get install rabbitmq-server)" ;;
        *) fail "BROKERSERVE_TEST_BROKER_LINE is '$line'; it must be 3 or 4" ;;
    esac
}

# Makes the folder of a node; one of a cluster has the epmd that it is given.
prepare() {
    [[ -f $dir/env ]] && return
    local amqp dist epmd=${1:-} root base=$dir
    root=$(find_root)
    [[ -z $root ]] || base=/node
    mkdir -p "$dir"/{log,mnesia,home}
    amqp=$(free_port); dist=$(free_port); : "${epmd:=$(free_port)}"
    cat > "$dir/rabbitmq.conf" <<CONF
listeners.tcp.default = 127.0.0.1:$amqp
log.file.level = warning
disk_free_limit.absolute = 50MB
raft.wal_max_size_bytes = 67108864
CONF
    echo '[].' > "$dir/enabled_plugins"
    cat > "$dir/env" <<ENV
ROOT='$root'
export AMQP_PORT=$amqp HOME='$base/home' LANG=C.UTF-8
export ERL_EPMD_PORT=$epmd ERL_EPMD_ADDRESS=127.0.0.1
export RABBITMQ_NODENAME=bs-$amqp@localhost RABBITMQ_DIST_PORT=$dist
export RABBITMQ_MNESIA_BASE='$base/mnesia' RABBITMQ_LOG_BASE='$base/log' RABBITMQ_PID_FILE='$base/node.pid'
export RABBITMQ_CONFIG_FILE='$base/rabbitmq' RABBITMQ_ENABLED_PLUGINS_FILE='$base/enabled_plugins'
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}'
ENV
}

# Sets the variables of the node, and how its programs are run.
load() {
    [[ -f $dir/env ]] || fail "there is no node in $dir"
    source "$dir/env"
    run=()
    [[ -z $ROOT ]] || run=(bash "$here/debian.sh" run "$ROOT" "$dir")
}

pid_of() { cat "$dir/$1.pid" 2>/dev/null || true; }

start() {
    prepare
    load
    alive "$(pid_of node)" && fail "the node in $dir runs already"
    rm -f "$dir/node.pid"
    if ! listens "$ERL_EPMD_PORT"; then
        setsid "${run[@]}" epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 < /dev/null > "$dir/log/epmd.log" 2>&1 &
        echo $! > "$dir/epmd.pid"
    fi
    setsid "${run[@]}" "$server/rabbitmq-server" < /dev/null > "$dir/log/console.log" 2>&1 &
    local wrapper=$! deadline=$((SECONDS + start_limit_s))
    until listens "$AMQP_PORT"; do
        alive $wrapper || { tail -n 20 "$dir/log/console.log" >&2; stop; fail "the node ended while it started"; }
        ((SECONDS < deadline)) || { stop; fail "the node took no connection within $start_limit_s s"; }
        sleep 0.2
    done
    [[ -z "${1:-}" || -f $dir/watched ]] || watch "$1"
    echo "amqp://guest:guest@127.0.0.1:$AMQP_PORT/"
}

# They find each other by their configuration, and have one cookie, which is what they know each other by.
cluster() {
    local n epmd cookie peers=
    epmd=$(free_port) cookie=$(head -c 15 /dev/urandom | base64 | tr -d '+/=')
    for n in 1 2 3; do
        bash "$0" prepare "$dir/$n" "$epmd"
        (umask 277 && echo -n "$cookie" > "$dir/$n/home/.erlang.cookie")
        peers+="cluster_formation.classic_config.nodes.$n = $(sed -n 's/.*RABBITMQ_NODENAME=\([^ ]*\).*/\1/p' "$dir/$n/env")"$'\n'
    done
    local -a starting=()
    for n in 1 2 3; do
        printf '%s\n' 'cluster_formation.peer_discovery_backend = classic_config' "$peers" >> "$dir/$n/rabbitmq.conf"
        bash "$0" start "$dir/$n" > "$dir/$n/uri" &
        starting+=($!)
    done
    for n in "${starting[@]}"; do wait "$n" || { stop; fail "not all nodes of the cluster started"; }; done
    [[ -z "${1:-}" ]] || watch "$1"
    cat "$dir"/{1,2,3}/uri
}

# Outlives an owner that was killed; ends by itself when the node was stopped.
watch() {
    touch "$dir/watched"
    setsid bash -c 'while [[ -f $1/watched ]] && kill -0 "$2" 2>/dev/null; do sleep 0.5; done; [[ -f $1/watched ]] && "$0" stop "$1"' \
        "$(readlink -f "$0")" "$(readlink -f "$dir")" "$1" < /dev/null > /dev/null 2>&1 &
}

# Waits until the process is gone, so that its ports are free when this returns.
end() {
    local pid
    pid=$(pid_of "$1")
    alive "$pid" || return 0
    kill -9 "$pid" 2>/dev/null || true
    while alive "$pid"; do sleep 0.05; done
}

# Without mercy: nothing in the folder is to be kept, and an orderly stop takes seconds.
stop() {
    local node
    rm -f "$dir/watched"
    for node in "$dir"/*/env; do [[ ! -f $node ]] || bash "$0" stop "$(dirname "$node")"; done
    end node
    end epmd
    rm -rf "$dir"
}

case $command in
    start) start "$@" ;;
    prepare) prepare "$@" ;;
    cluster) cluster "$@" ;;
    ctl) load; exec "${run[@]}" "$server/rabbitmqctl" "$@" ;;
    counters) load; exec "${run[@]}" erl_call -address "localhost:$RABBITMQ_DIST_PORT" -c "$(cat "$dir/home/.erlang.cookie")" -a 'rabbit_global_counters overview []' ;;
    evaluate) load; "${run[@]}" erl_call -address "localhost:$RABBITMQ_DIST_PORT" -c "$(cat "$dir/home/.erlang.cookie")" -e <<< "$1" ;;
    kill) load; end node ;;
    stop) stop ;;
    *) usage ;;
esac
