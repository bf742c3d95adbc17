"""One real network a session; the tests break it and heal it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from realnet.network import Backend, Network
from realnet.space import Space, remove_leftovers

TOOLS = """
ip bridge tc iptables ethtool ping arping dig busybox openssl setpriv ssh-keygen ssh sshd
snmpd snmpget snmpset snmpbulkwalk dnsmasq freeradius radclient
psql mariadb mariadbd mariadb-install-db
""".split()  # noqa: SIM905


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is `real`."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.real)


def _reason() -> str | None:
    if os.geteuid() != 0:
        return "needs root, to make network namespaces"
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [tool for tool in TOOLS if shutil.which(tool, path=path) is None]
    if missing:
        return f"needs {', '.join(missing)} (tests/real/README.md names the packages)"
    if not list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        return "needs PostgreSQL (tests/real/README.md names the packages)"
    return None


@pytest.fixture(scope="session")
def net() -> Iterator[Network]:
    """The network, up and healthy."""
    reason = _reason()
    if reason:
        pytest.skip(reason)
    remove_leftovers()
    with Space() as space:
        network = Network(space)
        network.up()
        yield network


@pytest.fixture
def on_both(net: Network) -> Callable[[Callable[[Backend], None]], None]:
    """Does the same with PostgreSQL and with MariaDB, at once; accounting is empty before it."""

    def run(work: Callable[[Backend], None]) -> None:
        def alone(backend: Backend) -> None:
            backend.radius.clear()
            work(backend)

        with ThreadPoolExecutor(len(net.backends)) as pool:
            done = {name: pool.submit(alone, one) for name, one in net.backends.items()}
        for name, work_done in done.items():
            error = work_done.exception()
            if error is not None:
                raise AssertionError(f"with {name}: {error}") from error

    return run


@pytest.fixture(scope="session", params=["postgresql", "mariadb"])
def backend(net: Network, request: pytest.FixtureRequest) -> Backend:
    """AAA and billing, once on each database server."""
    return net.backends[request.param]


@pytest.fixture
def aaa(backend: Backend) -> Iterator[Backend]:
    """The same with empty accounting."""
    backend.radius.clear()
    yield backend
    backend.radius.clear()
