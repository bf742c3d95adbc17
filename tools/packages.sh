#!/bin/sh
# Install the real servers that the tests run against.
set -eu
. "$(dirname "$0")/install.sh"
install "Tests against these real servers will be skipped, each saying so." \
    bind9-dnsutils \
    busybox \
    chromium \
    dnsmasq-base \
    ethtool \
    fonts-dejavu-core \
    fping \
    freeradius \
    freeradius-mysql \
    freeradius-postgresql \
    freeradius-utils \
    gcc \
    iproute2 \
    iptables \
    iputils-arping \
    iputils-ping \
    libc6-dev \
    lldpd \
    mariadb-server \
    openssh-client \
    openssh-server \
    openssl \
    postgresql \
    procps \
    prometheus \
    prometheus-alertmanager \
    prometheus-snmp-exporter \
    snmp \
    snmpd \
    systemd \
    udhcpc
