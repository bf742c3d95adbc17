# Read in by tools/packages*.sh: install Debian packages for tests or benches without starting the servers in them. Without
# root nothing is installed: what needs them is left out and says so.
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
made=""

# Which of these are not installed.
absent() {
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf ' %s' "$package"
    done
}

# May we install these? $1: what happens without them.
may_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && return
    echo "Not installed (needs root and apt):$missing. $1" >&2
    return 1
}

# Until the script ends packages start no server: those that need one start it themselves.
start_nothing() {
    [ -e "$policy" ] && return
    made=yes
    trap '[ -z "$made" ] || rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
}

apt() {
    apt-get -o DPkg::Lock::Timeout=300 "$@"
}

# Install what is missing of these. $1: what happens without them; the others: packages.
install() {
    without=$1
    shift
    missing=$(absent "$@")
    [ -n "$missing" ] || return 0
    may_install "$without" || return 0
    echo "Installing:$missing"
    start_nothing
    apt update -qq
    # shellcheck disable=SC2086
    apt install -y -qq --no-install-recommends $missing >/dev/null
}
