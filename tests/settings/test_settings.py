"""netdiag.yaml: found where the contract says, read whole, wrong words named with their line."""

from pathlib import Path

import pytest

from netdiag import settings
from netdiag.model.errors import ContentError
from netdiag.model.words import Side
from tests.conftest import ROOT

GOOD = """\
inventory: [{yaml: inventory.yaml}]
language: ru
timezone: Europe/Moscow
credentials:
  default:
    snmp: {version: 2c, community: {env: TEST_COMMUNITY}}
"""


@pytest.fixture(autouse=True)
def no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("NETDIAG_CONFIG", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TEST_COMMUNITY", "s3cret-community")
    monkeypatch.chdir(tmp_path)


def write(text: str, name: str = "netdiag.yaml") -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_credentials_become_options_and_secrets_by_transport() -> None:
    read = settings.load(write(GOOD))
    default = read.credentials["default"]
    assert default.options == {"snmp.version": "2c"}
    assert default.secrets["snmp.community"].reveal() == "s3cret-community"


def test_a_secret_is_never_printed() -> None:
    read = settings.load(write(GOOD))
    assert "s3cret" not in repr(read)
    assert "<secret>" in repr(read)


@pytest.mark.parametrize(
    ("old", "new", "line", "way_out"),
    [
        ("{env: TEST_COMMUNITY}", "public", 6, "a secret must not stand in this file"),
        ("{env: TEST_COMMUNITY}", "{env: NOT_SET_ANYWHERE}", 6, "is not set"),
        ("{env: TEST_COMMUNITY}", "{file: gone.txt}", 6, "cannot be read"),
        ("{env: TEST_COMMUNITY}", "{credential: snmp}", 6, "LoadCredential"),
        ("language: ru", "language: de", 2, "one of en, ru, fa"),
        ("Europe/Moscow", "Europe/Moskow", 3, "no time zone"),
        ("language: ru", "langauge: ru", 2, "Did you mean 'language'?"),
        ("language: ru", "deadline_s: soon", 2, "must be a number"),
        ("language: ru", "demarcation: {drop: account}", 2, "provider or to the subscriber"),
        ("language: ru", "working_hours: {days: [monday]}", 2, "mon, tue"),
        ("version: 2c", "passphrase: hush-1", 6, "Known: auth, auth_key"),
        ("version: 2c", "comunity: hush-1", 6, "Did you mean 'community'?"),
        ("snmp: {version: 2c", "telnet: {password: hush-1", 6, "over 'telnet'. Known: routeros"),
        ("snmp: {version: 2c", "ssh: {passphrase: hush-1", 6, "Did you mean 'key_passphrase'?"),
        ("language: ru", "options: {ssh.password: hush-1}", 2, "is a secret and no option"),
        ("language: ru", "options: {snmp.community: hush-1}", 2, "is a secret and no option"),
        ("language: ru", "limits: {timeout_s: 0}", 2, "from 0.05 to 3600"),
        ("language: ru", "limits: {timeout_s: nan}", 2, "from 0.05 to 3600"),
        ("language: ru", "limits: {sessions: 0}", 2, "from 1 to 3600"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, line: int, way_out: str) -> None:
    with pytest.raises(ContentError) as caught:
        settings.load(write(GOOD.replace(old, new)))
    assert f"netdiag.yaml:{line}:" in str(caught.value)
    assert way_out in str(caught.value)
    assert "hush" not in str(caught.value)


def test_the_configuration_is_found_in_the_order_of_the_contract(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    xdg = write(GOOD, "xdg/netdiag/netdiag.yaml")
    assert settings.find(None) == tmp_path / xdg
    here = write(GOOD)
    assert settings.find(None) == here
    named = write(GOOD, "named.yaml")
    monkeypatch.setenv("NETDIAG_CONFIG", str(named))
    assert settings.find(None) == named
    given = write(GOOD, "given.yaml")
    assert settings.find(str(given)) == given


def test_without_a_configuration_the_way_out_is_told() -> None:
    with pytest.raises(ContentError, match="netdiag demo"):
        settings.find(None)
    with pytest.raises(ContentError, match="no such file"):
        settings.find("gone.yaml")


def test_the_shipped_example_is_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("SNMP_COMMUNITY", "ROUTEROS_PASSWORD", "SSH_PASSWORD", "RADIUS_URL", "BILLING_URL")
    for name in names:
        monkeypatch.setenv(f"NETDIAG_{name}", "sqlite:///x")
    read = settings.load(ROOT / "config" / "netdiag.yaml")
    assert read.demarcation is Side.PROVIDER
    assert read.billing is not None
    assert read.billing.states["1"] == "blocked_nonpayment"


def test_every_key_that_a_transport_reads_is_known_and_no_secret_is_an_option() -> None:
    """What the transports read is written in their sources."""
    import re

    from netdiag.secrets import OPTION_KEYS, SECRET_KEYS, confidential

    texts = [p.read_text(encoding="utf-8") for p in (ROOT / "netdiag/transports").rglob("*.py")]
    read = {name for text in texts for name in re.findall(r'"((?:snmp|routeros|ssh)\.\w+)"', text)}
    options = {f"{transport}.{key}" for transport, keys in OPTION_KEYS.items() for key in keys}
    secrets = {f"{transport}.{key}" for transport, keys in SECRET_KEYS.items() for key in keys}
    assert read
    assert read <= options | secrets
    assert all(confidential(name) for name in secrets)
    assert not any(confidential(name) for name in options)
