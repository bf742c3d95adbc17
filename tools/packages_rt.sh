#!/bin/sh
# Install Request Tracker 5 for `make test-rt`. Its database is made by the tests, in directories of their own.
set -eu
. "$(dirname "$0")/install.sh"
if [ -n "$(absent request-tracker5)" ] && [ "$(id -u)" = 0 ] && command -v debconf-set-selections >/dev/null; then
    debconf-set-selections <<'END'
request-tracker5 request-tracker5/install-cronjobs boolean false
request-tracker5 request-tracker5/initialize-rt boolean false
END
fi
install "The stories will be skipped." request-tracker5 rt5-standalone rt5-db-sqlite rt5-db-postgresql starlet dbconfig-no-thanks \
    nullmailer libdbd-sqlite3-perl libdbd-pg-perl postgresql
