"""Whom a device is for the wire: its own options over those of site and platform."""

from dataclasses import replace

import pytest

from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.secret import Secret
from netdiag.model.subscriber import Device
from netdiag.model.words import Role
from netdiag.service.targets import Identity, for_transport, of_device
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


@pytest.mark.parametrize("wait", ["0", "-1", "61", "nan"])
def test_an_impossible_patience_is_a_sentence(content: Content, wait: str) -> None:
    with pytest.raises(ContentError, match=r"limits\.timeout_s"):
        of_device(device(**{"limits.timeout_s": wait}), Settings(), content)


def test_patience_is_an_option(content: Content) -> None:
    target = of_device(device(**{"limits.timeout_s": "4"}), Settings(), content)
    assert target.limits.timeout_s == 4


def test_a_device_without_a_platform_is_what_it_told_of_itself(content: Content) -> None:
    told = Identity(sys_object_id="1.3.6.1.4.1.171.10.64.1", sys_descr="DES-3526 Switch")
    unknown = replace(device(), platform="")
    assert of_device(unknown, Settings(), content, told).platform.startswith("dlink_ds")
    assert of_device(unknown, Settings(), content).platform == "generic"


def test_the_inventory_may_name_the_model(content: Content) -> None:
    named = replace(device(model="DES-3526"), platform="dlink_ds")
    assert of_device(named, Settings(), content).platform == "dlink_ds/des-35xx"
    written = replace(device(), platform="dlink_ds/des-35xx")
    assert of_device(written, Settings(), content).options["snmp.walk"] == "getnext"


@pytest.mark.parametrize("name", ["ssh.password", "snmp.community", "ssh.key_passphrase"])
def test_a_secret_among_the_options_of_a_device_is_refused_unseen(
    content: Content, name: str
) -> None:
    with pytest.raises(ContentError, match="credentials") as caught:
        of_device(device(**{name: "hush-1"}), Settings(), content)
    assert name in str(caught.value)
    assert "hush-1" not in str(caught.value)
