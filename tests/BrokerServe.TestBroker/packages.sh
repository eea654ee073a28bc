# To be sourced: Debian packages that a script cannot do without.

# Sets as_root to what a command must begin with to be run as root; fails when this user may not.
be_root() {
    as_root=()
    [[ $(id -u) == 0 ]] && return
    sudo -n true 2> /dev/null || return 1
    as_root=(sudo -n)
}

# Installs those among the named that are missing; fails when some are and cannot be.
install_missing() {
    local -a missing=() as_root
    local package
    for package in "$@"; do
        dpkg -s "$package" 2> /dev/null | grep -q '^Status: .* installed$' || missing+=("$package")
    done

    [[ ${#missing[@]} -gt 0 ]] || return 0
    command -v apt-get > /dev/null && be_root || return 1
    echo "Installing ${missing[*]} ..." >&2
    "${as_root[@]}" apt-get update -qq >&2 &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" > /dev/null
}

# Sees to it that there is a RabbitMQ server to start.
install_rabbitmq() {
    [[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]] || install_missing rabbitmq-server
}
