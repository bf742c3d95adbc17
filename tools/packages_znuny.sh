#!/bin/sh
# Install Znuny (Debian's otrs2, in non-free) for `make test-znuny`. The system's apt sources stay as they are: non-free is
# read into lists of its own. Its database is made by the tests, on a PostgreSQL of their own.
set -eu
wanted="otrs2 librest-client-perl libdbd-pg-perl postgresql"
missing=""
for package in $wanted; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Not installed (needs root and apt):$missing. The stories will be skipped." >&2
    exit 0
fi
echo "Installing for the stories with a real Znuny:$missing"
export DEBIAN_FRONTEND=noninteractive
own=$(mktemp -d)
policy=/usr/sbin/policy-rc.d
made=""
trap 'rm -rf "$own"; [ -z "$made" ] || rm -f "$policy"' EXIT
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made=yes
fi
mkdir -p "$own/lists/partial" "$own/cache/archives/partial"
chmod -R a+rX "$own"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' |
    sort -u | sed "s|.*|deb [signed-by=$keyring] & main contrib non-free|" >"$own/sources.list"
apt() {
    apt-get -o DPkg::Lock::Timeout=300 -o Dir::Etc::sourcelist="$own/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::lists="$own/lists" -o Dir::Cache="$own/cache" "$@"
}
apt update -qq
# shellcheck disable=SC2086
if ! apt install -y -qq --no-install-recommends $missing >"$own/log" 2>&1; then
    tail -5 "$own/log" >&2
    echo "Not installed:$missing. The stories will be skipped." >&2
fi
