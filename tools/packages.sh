#!/bin/sh
# Install the real servers that the tests run against. Without root nothing is installed: the tests
# that need them are skipped and say so.
set -eu
wanted="
bind9-dnsutils
busybox
chromium
dnsmasq-base
ethtool
fonts-dejavu-core
fping
freeradius
freeradius-mysql
freeradius-postgresql
freeradius-utils
gcc
iproute2
iptables
iputils-arping
iputils-ping
libc6-dev
lldpd
mariadb-server
openssh-client
openssh-server
openssl
postgresql
procps
prometheus
prometheus-alertmanager
prometheus-snmp-exporter
snmp
snmpd
systemd
udhcpc
"
missing=""
for package in $wanted; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Not installed (needs root and apt):$missing" >&2
    echo "Tests against these real servers will be skipped, each saying so." >&2
    exit 0
fi
echo "Installing for the tests:$missing"
export DEBIAN_FRONTEND=noninteractive
# The servers are started by the tests themselves, on loopback; the packages must not start theirs.
policy=/usr/sbin/policy-rc.d
made=""
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" && made=yes
fi
apt-get -o DPkg::Lock::Timeout=300 update -qq
# shellcheck disable=SC2086
apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $missing >/dev/null
[ -z "$made" ] || rm -f "$policy"
