#!/bin/sh
# Install the peers of `python -m bench.cut`: Nagios 4 and Icinga 2, neither of which is started.
set -eu
. "$(dirname "$0")/install.sh"
install "The bench will leave them out." nagios4-core icinga2-bin monitoring-plugins-basic nftables
