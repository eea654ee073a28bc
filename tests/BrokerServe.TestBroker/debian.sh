#!/usr/bin/env bash
# The RabbitMQ server of another Debian release than this machine's, in a folder that is made once.
#
#   debian.sh root RELEASE              prints the folder; makes it first when it is not there, which takes a minute or two
#   debian.sh run ROOT DIR COMMAND...   runs a command of it, which sees DIR as /node and cannot write anywhere else
#
# The folder lies in ${XDG_CACHE_HOME:-~/.cache}/brokerserve. It is made beside its place and renamed when it is whole, so one that is there
# can be used, and one that is deleted is made again. What is mounted is mounted for one process and its children only, and gone with them.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
source "$here/packages.sh"
PATH=$PATH:/usr/sbin:/sbin # Not everybody has them, and debootstrap and chroot lie there.

readonly cache=${XDG_CACHE_HOME:-~/.cache}/brokerserve
readonly recipe=1 # Raise it when folders made before do not do any more.

usage() { sed -n '4,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
fail() {
    printf '%s\n' "debian.sh: cannot set up the RabbitMQ server of Debian $release: $1" \
        "Without it: start Docker, install a server of that line, or set BROKERSERVE_TEST_BROKER=amqp://user:password@host/" >&2
    exit 1
}

# The mirror that this machine's apt takes Debian from.
find_mirror() {
    apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 2> /dev/null |
        sed -n 's/ main$//p' | grep -m 1 -E '^(https?|file):' || true
}

root() {
    local release=$1 folder=$cache/debian-$1-rabbitmq-$recipe
    if [[ ! -d $folder ]]; then
        mkdir -p "$cache"
        exec 9> "$folder.lock"
        flock 9 # Whoever comes second finds it made.
        [[ -d $folder ]] || make "$folder" 9>&- >&2
    fi

    echo "$folder"
}

make() {
    local folder=$1 mirror proxy=
    local -a as_root include=()
    command -v apt-get > /dev/null && command -v dpkg > /dev/null || fail "this is not Debian."
    be_root || fail "that takes root, or sudo without a password, the first time."
    install_missing debootstrap || fail "debootstrap is missing and could not be installed."
    mirror=$(find_mirror)
    if [[ -z $mirror ]]; then
        "${as_root[@]}" apt-get update -qq || true # The lists that say what is Debian's own may not be there yet.
        mirror=$(find_mirror)
    fi

    [[ -n $mirror ]] || fail "apt's sources (/etc/apt/sources.list, /etc/apt/sources.list.d) name no mirror of Debian's main component."
    [[ $mirror != https:* ]] || include=(--include=ca-certificates)
    eval "$(apt-config shell proxy Acquire::http::Proxy)"
    echo "Setting up RabbitMQ of Debian $release in $folder, once (1 to 5 minutes) ..."

    # In mounts of its own, so that whatever is mounted is gone when this ends, however it ends.
    "${as_root[@]}" env ${proxy:+http_proxy="$proxy"} PATH="$PATH" LC_ALL=C.UTF-8 \
        unshare --mount --propagation private bash -c "$making" making "$folder" "$release" "$mirror" "${include[@]}" > "$folder.log" 2>&1 ||
        fail "$(printf '%s\n' "the last lines of $folder.log are:" "$(tail -n 5 "$folder.log")")"
}

readonly making='
set -euo pipefail
folder=$1 release=$2 mirror=$3
shift 3
new=$folder.new
clear() { umount -q -l "$new/proc" "$new/dev" || true; rm -rf --one-file-system "$new"; }
clear # Of an attempt that was cut short.
trap clear EXIT
debootstrap --variant=minbase "$@" "$release" "$new" "$mirror"
echo force-unsafe-io > "$new/etc/dpkg/dpkg.cfg.d/unsafe-io" # Half a folder is never used, so nothing needs to reach the disk at once.
printf "#!/bin/sh\nexit 101\n" > "$new/usr/sbin/policy-rc.d"   # No service is started.
chmod +x "$new/usr/sbin/policy-rc.d"
mount --rbind /proc "$new/proc"
mount --rbind /dev "$new/dev"
chroot "$new" apt-get update -q
DEBIAN_FRONTEND=noninteractive chroot "$new" apt-get install -q -y --no-install-recommends rabbitmq-server
chroot "$new" apt-get clean
rm -rf "$new"/var/lib/apt/lists/*
mkdir "$new/node"
umount -l "$new/proc" "$new/dev"
trap - EXIT
mv "$new" "$folder"
'

# By exec all the way, so that the process that was started is the command.
run() {
    local -a as_user=()
    [[ $(id -u) == 0 ]] || as_user=(--user --map-root-user)
    exec unshare "${as_user[@]}" --mount --propagation private sh -ec '
        root=$1 dir=$2
        shift 2
        mount --bind "$root" "$root"
        mount --bind "$dir" "$root/node"
        mount --rbind /proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/tmp"
        mount -o remount,bind,ro "$root"
        exec chroot "$root" "$@"' run "$@"
}

case ${1-} in
    root) [[ $# == 2 ]] || usage; release=$2; root "$2" ;;
    run) [[ $# -ge 4 ]] || usage; shift; run "$@" ;;
    *) usage ;;
esac
