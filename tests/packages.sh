# For scripts that need Debian packages; to be sourced.

# Installs those that are missing among the packages named; fails when some are and cannot be.
install_missing() {
    local -a missing=() as_root=()
    local package
    for package in "$@"; do
        dpkg -s "$package" 2> /dev/null | grep -q '^Status: .* installed$' || missing+=("$package")
    done

    [[ ${#missing[@]} -gt 0 ]] || return 0
    command -v apt-get > /dev/null || return 1
    if [[ $(id -u) != 0 ]]; then
        sudo -n true 2> /dev/null || return 1
        as_root=(sudo -n)
    fi

    echo "Installing ${missing[*]} ..."
    "${as_root[@]}" apt-get update -qq &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" > /dev/null
}

# Sees to it that there is a RabbitMQ server to start.
install_rabbitmq() {
    [[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]] || install_missing rabbitmq-server
}
