#!/bin/sh
# Install Znuny (Debian's otrs2, in non-free) for `make test-znuny`. The system's apt sources stay as they are: non-free is
# read into lists of its own. Its database is made by the tests, on a PostgreSQL of their own.
set -eu
. "$(dirname "$0")/install.sh"
missing=$(absent otrs2 librest-client-perl libdbd-pg-perl postgresql)
[ -n "$missing" ] || exit 0
may_install "The stories will be skipped." || exit 0
echo "Installing:$missing"
start_nothing
own=$(mktemp -d)
trap 'rm -rf "$own"; [ -z "$made" ] || rm -f "$policy"' EXIT
mkdir -p "$own/lists/partial" "$own/cache/archives/partial"
chmod -R a+rX "$own"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Origin: Debian' 'Component: main' |
    sort -u | sed "s|.*|deb [signed-by=$keyring] & main contrib non-free|" >"$own/sources.list"
free() {
    apt -o Dir::Etc::sourcelist="$own/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::lists="$own/lists" -o Dir::Cache="$own/cache" "$@"
}
free update -qq
# shellcheck disable=SC2086
if ! free install -y -qq --no-install-recommends $missing >"$own/log" 2>&1; then
    tail -5 "$own/log" >&2
    echo "Not installed:$missing. The stories will be skipped." >&2
fi
