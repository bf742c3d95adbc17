"""Whom a device is for the wire: its own options over those of site and platform."""

import pytest

from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.secret import Secret
from netdiag.model.subscriber import Device
from netdiag.model.words import Role
from netdiag.service.targets import for_transport, of_device
from netdiag.settings import Credentials, Settings


def device(**options: str) -> Device:
    return Device(
        id="sw-1", host="127.0.0.1", role=Role.ACCESS, platform="generic", options=options
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"limits.sessions": "many"},
        {"limits.sessions": "0"},
        {"limits.min_interval_s": "soon"},
        {"limits.min_interval_s": "nan"},
    ],
)
def test_a_limit_that_is_no_number_is_a_sentence(content: Content, wrong: dict[str, str]) -> None:
    with pytest.raises(ContentError, match=r"sw-1: limits\.sessions"):
        of_device(device(**wrong), Settings(), content)


def test_limits_of_the_device_come_first(content: Content) -> None:
    target = of_device(device(**{"limits.sessions": "3"}), Settings(), content)
    assert target.limits.sessions == 3


def test_a_transport_sees_no_other_ones_secrets(content: Content) -> None:
    secrets = {"snmp.community": Secret("public"), "ssh.password": Secret("x")}
    settings = Settings(
        credentials={"default": Credentials(secrets=secrets, options={"ssh.port": "2022"})}
    )
    target = of_device(device(), settings, content)
    assert set(for_transport(target, "snmp").secrets) == {"snmp.community"}
    assert for_transport(target, "ssh").port == 2022
    assert for_transport(target, "snmp").port is None
