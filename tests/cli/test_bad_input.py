"""What a user can get wrong: a sentence with the place and the way out, and the right code."""

from __future__ import annotations

import pytest

from tests.cli import peers
from tests.cli.site import FAILED, UNKNOWN, USAGE, Site, netdiag, refused, started

# -- the command itself --


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["diagnoze", "1"], "Did you mean 'diagnose'?"),
        (["quux"], "netdiag --help"),
        (["diagnose"], "KEY"),
        (["diagnose", "1", "--symptom", "sad"], "'slow'"),
        (["diagnose", "1", "--deadline", "soon"], "'soon'"),
        (["diagnose", "1", "--deadline", "-1"], "0.1"),
        (["--lang", "de", "diagnose", "1"], "'en', 'ru', 'fa'"),
        (["replay"], "FILES"),
        (["rules", "new", "a.b"], "--segment"),
    ],
)
def test_wrong_words_are_refused_with_a_hint(site: Site, words: list[str], hint: str) -> None:
    assert hint in refused(USAGE, *words)


def test_a_phone_number_needs_no_quotes(site: Site) -> None:
    told = netdiag("diagnose", "+7", "912", "000-00-01", "--deadline", "0.3", "--json")
    assert told.json()["subscriber"] == "100001"
    assert "KEY" in refused(USAGE, "diagnose")


def test_options_may_stand_before_or_after_the_command(site: Site) -> None:
    before = netdiag("--json", "rules", "list")
    between = netdiag("rules", "--json", "list")
    after = netdiag("rules", "list", "--json")
    assert before.json() == between.json() == after.json()


# -- the configuration --


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("state_dir: state", "state_dir: [", "netdiag.yaml:"),
        ("state_dir: state", "state_dri: state", "state_dir"),
        ("timezone: Europe/Moscow", "timezone: Europe/Petushki", "Europe/Petushki"),
        ("timezone: Europe/Moscow", "language: de", "en, ru, fa"),
        ("timezone: Europe/Moscow", "deadline_s: soon", "deadline_s"),
        ("timezone: Europe/Moscow", "deadline_s: 0", "0.1"),
        ("timezone: Europe/Moscow", "demarcation: {drop: mine}", "provider"),
        ("timezone: Europe/Moscow", "state_dir: again", "state_dir"),
        ("{env: NETDIAG_TEST_API}", "hush-Xx9", "{env: NAME}"),
        ("{env: NETDIAG_TEST_API}", "{env: NETDIAG_NOT_SET}", "NETDIAG_NOT_SET"),
        ("{env: NETDIAG_TEST_API}", "{file: not-there}", "not-there"),
        ("inventory:\n  - yaml: inventory.yaml", "inventory:\n  - yml: x", "yaml"),
        ("inventory:\n  - yaml: inventory.yaml", "language: en", "inventory"),
        ("timezone: Europe/Moscow", "content: [no-such-folder]", "no-such-folder"),
    ],
)
def test_a_broken_configuration_is_named_with_its_place(
    site: Site, old: str, new: str, hint: str
) -> None:
    site.mend(old, new)
    text = refused(USAGE, "diagnose", "100001")
    assert "netdiag.yaml" in text or "no-such-folder" in text
    assert hint in text
    assert "hush-Xx9" not in text
    checked = netdiag("check")
    assert checked.code == USAGE
    assert hint in checked.err
    assert netdiag("doctor").code == FAILED


@pytest.mark.parametrize("text", ["", "\x00\x01", "- just\n- a list\n", "\xff\xfe"])
def test_a_configuration_that_is_none_is_refused(site: Site, text: str) -> None:
    site.config.write_bytes(text.encode("latin-1"))
    assert "netdiag.yaml" in refused(USAGE, "diagnose", "100001")


def test_a_configuration_that_is_not_there_is_named(site: Site) -> None:
    assert "no.yaml" in refused(USAGE, "diagnose", "1", "--config", "no.yaml")


def test_without_any_configuration_the_way_to_one_is_told(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NETDIAG_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(site.directory / "none"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(site.directory / "none"))
    site.config.unlink()
    assert "netdiag demo" in refused(USAGE, "diagnose", "100001")


def test_the_site_as_it_is_passes_the_check(site: Site) -> None:
    told = netdiag("check")
    assert "sw-99" in told.err
    site.mend("device: sw-99", "device: sw-1", "inventory.yaml")
    told = netdiag("check")
    assert (told.code, told.err) == (0, "")
    assert "6 subscribers, 2 devices, 1 links" in told.out


# -- the inventory --


def test_broken_rows_are_named_and_skipped_and_the_others_are_diagnosed(site: Site) -> None:
    row = '  - {id: "100007", mac: "not a mac", device: sw-1, port: "3"}\n  - {login: anonymous}\n'
    site.mend("devices:\n", f"{row}devices:\n", "inventory.yaml")
    told = netdiag("check")
    assert told.code == USAGE
    assert "not a mac" in told.err
    assert "inventory.yaml:" in told.err
    assert netdiag("diagnose", "100001", "--deadline", "0.3").code in (10, 13)


def test_broken_rows_of_a_table_are_named_with_file_and_line(site: Site) -> None:
    site.write("people.csv", "id,device,port,mac\n200001,sw-1,3,\n,sw-1,4,\n200003,sw-1,5,zz\n")
    site.mend(
        "  - yaml: inventory.yaml",
        "  - yaml: inventory.yaml\n  - csv: {subscribers: people.csv}",
    )
    told = netdiag("check")
    assert told.code == USAGE
    assert "people.csv:3" in told.err
    assert "people.csv:4" in told.err
    assert netdiag("diagnose", "200001", "--deadline", "0.3").code in (10, 13)


def test_an_inventory_file_that_is_no_yaml_fails_the_run_with_its_line(site: Site) -> None:
    site.write("inventory.yaml", "subscribers: [\n")
    text = refused(FAILED, "diagnose", "100001")
    assert "inventory.yaml:" in text


def test_a_broken_sql_mapping_is_named(site: Site) -> None:
    site.mend(
        "  - yaml: inventory.yaml",
        "  - sql:\n      url: {env: NETDIAG_TEST_BILLING}\n"
        "      subscribers: {table: accounts, columns: {id: ident}}",
    )
    told = netdiag("check")
    assert told.code == USAGE
    assert "ident" in told.err
    assert netdiag("diagnose", "100001").code in (UNKNOWN, FAILED)


def test_an_unreachable_inventory_database_is_a_failed_run(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETDIAG_TEST_INV", "postgresql+psycopg://netdiag:hush-Xx9@127.0.0.1:9/crm")
    site.mend(
        "  - yaml: inventory.yaml",
        "  - sql:\n      url: {env: NETDIAG_TEST_INV}\n"
        "      subscribers: {table: people, columns: {id: id, device: sw, port: port}}",
    )
    text = refused(FAILED, "diagnose", "100001")
    assert "127.0.0.1" in text or "sql" in text
    assert "hush-Xx9" not in text


def test_an_inventory_that_hangs_ends_inside_the_deadline_and_is_named(site: Site) -> None:
    """A byte now and then keeps every timeout of the connection away."""
    with peers.over_tcp(peers.never_the_whole_page) as port:
        site.mend(
            "  - yaml: inventory.yaml",
            f"  - name: crm\n    http: {{url: 'http://127.0.0.1:{port}/s/{{key}}'}}",
        )
        with started("diagnose", "100001", "--deadline", "1") as running:
            out, err = running.communicate(timeout=120)
    assert (running.returncode, out) == (FAILED, "")
    assert "crm" in err
    assert "--deadline" in err
    assert "Traceback" not in err


# -- the subscriber --


def test_an_unknown_subscriber_is_told_how_to_search(site: Site) -> None:
    assert "device:port" in refused(UNKNOWN, "diagnose", "nobody")


def test_a_bare_device_is_told_how_to_ask_about_it(site: Site) -> None:
    text = refused(UNKNOWN, "diagnose", "sw-1")
    assert "netdiag diagnose sw-1:PORT" in text
    assert "netdiag impact sw-1" in text


def test_an_ambiguous_key_lists_who_is_meant(site: Site) -> None:
    assert "100003, 100004" in refused(UNKNOWN, "diagnose", "shared")


def test_a_subscriber_without_a_port_is_told_what_to_add(site: Site) -> None:
    assert "columns device and port" in refused(UNKNOWN, "diagnose", "100005")


def test_a_subscriber_on_a_device_that_nobody_knows_is_told_what_to_add(site: Site) -> None:
    assert "sw-99" in refused(UNKNOWN, "diagnose", "100006")


@pytest.mark.parametrize("key", ["flat1", "+7 912 000-00-01", "02-00-00-00-00-01", "sw-1:7"])
def test_the_same_subscriber_is_found_by_any_key(site: Site, key: str) -> None:
    told = netdiag("diagnose", key, "--deadline", "0.3", "--json")
    assert told.json()["subscriber"] == "100001"


def test_a_port_without_a_subscriber_is_diagnosed_by_itself(site: Site) -> None:
    told = netdiag("diagnose", "sw-1:24", "--deadline", "0.3", "--json")
    assert told.json()["attachment"]["port"] == "24"


@pytest.mark.parametrize(
    "words", [("impact", "sw-77"), ("probes", "try", "sw-77"), ("probes", "record", "sw-77")]
)
def test_an_unknown_device_is_told(site: Site, words: tuple[str, ...]) -> None:
    assert "sw-77" in refused(UNKNOWN, *words)


def test_errors_speak_the_language_of_the_run(site: Site) -> None:
    assert "Абонента 'nobody' в учёте нет" in refused(UNKNOWN, "diagnose", "nobody", "--lang", "ru")
    site.mend("timezone:", "language: fa\ntimezone:")
    assert "⁦'nobody'⁩ در فهرست نیست" in refused(UNKNOWN, "diagnose", "nobody")
