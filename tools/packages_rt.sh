#!/bin/sh
# Install Request Tracker 5 for `make test-rt`. Its database is made by the tests, in directories of their own.
set -eu
wanted="request-tracker5 rt5-standalone rt5-db-sqlite rt5-db-postgresql starlet dbconfig-no-thanks nullmailer
libdbd-sqlite3-perl libdbd-pg-perl postgresql"
missing=""
for package in $wanted; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Not installed (needs root and apt):$missing. The stories will be skipped." >&2
    exit 0
fi
echo "Installing for the stories with a real Request Tracker:$missing"
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
made=""
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made=yes
fi
apt-get -o DPkg::Lock::Timeout=300 update -qq
debconf-set-selections <<'EOF'
request-tracker5 request-tracker5/install-cronjobs boolean false
request-tracker5 request-tracker5/initialize-rt boolean false
EOF
# shellcheck disable=SC2086
apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $missing >/dev/null
[ -z "$made" ] || rm -f "$policy"
