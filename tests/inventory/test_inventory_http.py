"""A CRM over HTTP: asked live, key by key, or as a list that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from local_http import Desk, Reply, serving
from small_town import Open, said

from netdiag.inventory.found import FoundKind
from netdiag.inventory.keys import By
from netdiag.model.errors import InventoryUnavailableError
from netdiag.model.subscriber import Attachment
from netdiag.model.words import Role, ServiceKind

PEOPLE: list[dict[str, Any]] = [
    {
        "contract": {"number": 100234},
        "login": "petrov",
        "phones": ["+7 912 345-67-89", "23-45-67"],
        "net": {"mac": "AABB.CC00.0001", "kind": 1},
        "at": {"switch": "sw-12", "port": 7, "vlan": "200"},
    },
    {
        "contract": {"number": 100235},
        "login": "petrova",
        "at": {"switch": "sw-12", "port": 8, "vlan": 5000},
    },
]
SOURCE = """\
- http:
    url: "{url}/api/people/{{by}}/{{key}}"
    by: [id, login, phone, device]
    headers: {{Authorization: {{env: CRM_TOKEN}}}}
    rows: data.items
    columns:
      id: contract.number
      phone: phones
      mac: net.mac
      service: net.kind
      device: at.switch
      port: at.port
      vlan: at.vlan
    values: {{service: {{"1": pppoe}}}}
    devices: {{url: "{url}/api/boxes/{{key}}", columns: {{id: name, host: ip, role: kind}}}}
"""


def crm(path: str, _query: dict[str, str]) -> Reply:
    """Searches by substring, as such systems do."""
    *_, what, by, key = map(unquote, path.split("/"))
    if what == "boxes" or by == "boxes":
        box = {"name": "sw-12", "ip": "127.0.0.12", "kind": "access"}
        return (200, box) if key == "sw-12" else (404, {"detail": "not found"})
    texts = {
        "id": lambda p: str(p["contract"]["number"]),
        "login": lambda p: p["login"],
        "phone": lambda p: "89123456789" if p["login"] == "petrov" else "-",
        "device": lambda p: p["at"]["switch"],
    }
    return 200, {"data": {"items": [p for p in PEOPLE if key.lower() in texts[by](p)]}}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("CRM_TOKEN", "Bearer hush-hush")
    with serving(crm) as running:
        yield running


@pytest.mark.parametrize(
    ("key", "by"),
    [("100234", By.ID), ("petrov", By.LOGIN), ("Petrov", By.LOGIN), ("89123456789", By.PHONE),
     ("sw-12:7", By.PORT)],
)  # fmt: skip
def test_every_key_that_the_api_knows_is_looked_up_live(
    desk: Desk, opened: Open, key: str, by: By
) -> None:
    found = opened(SOURCE.format(url=desk.url)).find(key)
    assert (found.kind, found.by) == (FoundKind.ONE, by)
    petrov = found.subscriber
    assert petrov is not None
    assert (petrov.id, petrov.service) == ("100234", ServiceKind.PPPOE)
    assert petrov.macs == ("aa:bb:cc:00:00:01",)
    assert petrov.attachment == Attachment(device="sw-12", port="7", vlan=200)
    assert desk.headers[0]["Authorization"] == "Bearer hush-hush"


def test_one_diagnosis_asks_for_the_same_thing_once(desk: Desk, opened: Open) -> None:
    inventory = opened(SOURCE.format(url=desk.url))
    for _ in range(3):
        inventory.find("petrov")
        inventory.device("sw-12")
    assert len(desk.asked) == len(set(desk.asked)) == 3  # by id, by login, the device


def test_a_key_is_sent_as_one_piece_of_the_address(desk: Desk, opened: Open) -> None:
    opened(SOURCE.format(url=desk.url)).find("a/b?c=d&é")
    assert desk.asked[0] == "/api/people/id/a%2Fb%3Fc%3Dd%26%C3%A9"


def test_a_key_of_dots_does_not_walk_up_the_address(desk: Desk, opened: Open) -> None:
    assert opened(SOURCE.format(url=desk.url)).find("..").kind is FoundKind.NOBODY
    assert desk.asked == []


def test_devices_neighbours_and_impact(desk: Desk, opened: Open) -> None:
    inventory = opened(SOURCE.format(url=desk.url))
    device = inventory.device("sw-12")
    assert device is not None
    assert (device.host, device.role) == ("127.0.0.12", Role.ACCESS)
    assert inventory.device("sw-99") is None
    near = inventory.neighbours(Attachment(device="sw-12", port="7"))
    assert [a.port for a in near] == ["8"]
    assert set(inventory.behind("sw-12").subscribers) == {"100234", "100235"}
    assert "people" not in said(inventory)
    assert "subscriber 100235: vlan must be a number" in said(inventory)


def test_impact_says_that_it_is_incomplete_when_the_api_cannot_tell(
    desk: Desk, opened: Open
) -> None:
    text = SOURCE.format(url=desk.url).replace("by: [id, login, phone, device]", "by: [id]")
    impact = opened(text).behind("sw-12")
    assert not impact.complete
    assert "cannot look subscribers up by device" in impact.notes[0]


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ((500, {"error": "oops"}), "status 500"),
        ((401, {}), "status 401, the token or password is not accepted"),
        ((403, {}), "status 403, the token has no right"),
        ((302, {}), "status 302"),
        ((200, b"<html>maintenance</html>"), "the answer is not JSON"),
        ((200, {"error": "overload"}), "answered without 'data.items'"),
        ((200, {"data": {"items": "many"}}), "is not a list of rows"),
    ],
)
def test_an_api_that_fails_is_unavailable_and_not_unknown(
    desk: Desk, opened: Open, reply: Reply, text: str
) -> None:
    desk.answer = lambda _path, _query: reply
    inventory = opened(SOURCE.format(url=desk.url))
    with pytest.raises(InventoryUnavailableError) as raised:
        inventory.find("petrov")
    assert text in str(raised.value)
    assert "hush" not in str(raised.value)
    assert "petrov" not in str(raised.value)
    assert "/elsewhere" not in desk.asked
    assert not inventory.describe()[0].available


def test_nobody_is_an_answer_when_the_api_says_404_or_an_empty_list(
    desk: Desk, opened: Open
) -> None:
    inventory = opened(SOURCE.format(url=desk.url))
    assert inventory.find("nobody").kind is FoundKind.NOBODY
    desk.answer = lambda _path, _query: (404, {})
    assert inventory.find("nobody-2").kind is FoundKind.NOBODY


def test_a_slow_or_absent_server_is_waited_for_once(desk: Desk, opened: Open) -> None:
    desk.delay_s = 1.0
    text = SOURCE.format(url=desk.url) + "    timeout_s: 0.2\n"
    inventory = opened(text)
    with pytest.raises(InventoryUnavailableError, match=r"no answer within 0\.2 s"):
        inventory.find("petrov")
    assert len(desk.asked) == 1
    gone = opened(SOURCE.format(url="http://127.0.0.1:9"))
    with pytest.raises(InventoryUnavailableError, match="did not give the inventory"):
        gone.find("petrov")


def test_a_list_is_read_page_by_page_and_kept(desk: Desk, opened: Open, tmp_path: Path) -> None:
    def pages(_path: str, query: dict[str, str]) -> Reply:
        at = int(query.get("page", "0"))
        rows = [{"id": f"{n}", "login": f"user{n}"} for n in range(at * 10, at * 10 + 10)]
        return 200, {"rows": rows, "links": {"next": f"?page={at + 1}" if at < 4 else None}}

    desk.answer = pages
    text = f"- http: {{url: '{desk.url}/list', rows: rows, next: links.next}}"
    inventory = opened(text)
    assert inventory.find("user49").kind is FoundKind.ONE
    assert len(desk.asked) == 5
    desk.answer = lambda _path, _query: (500, {})
    again = opened(text)
    assert again.find("user49").kind is FoundKind.ONE  # from the copy, without asking
    assert len(desk.asked) == 5


def test_an_old_list_is_asked_for_again_and_its_copy_answers_meanwhile(
    desk: Desk, opened: Open
) -> None:
    desk.answer = lambda _path, _query: (200, [{"id": "1", "login": "petrov"}])
    text = f"- http: {{url: '{desk.url}/list', refresh: 0}}"
    assert opened(text).find("petrov").kind is FoundKind.ONE
    desk.answer = lambda _path, _query: (503, {})
    inventory = opened(text)
    assert inventory.find("petrov").kind is FoundKind.ONE
    assert "status 503" in inventory.describe()[0].notes[0]
    desk.answer = lambda _path, _query: (200, [{"id": "1", "login": "pavlov"}])
    fresh = opened(text)
    assert fresh.find("pavlov").kind is FoundKind.ONE
    assert fresh.describe()[0].notes == ()


def test_a_list_that_continues_on_another_server_does_not_get_the_token(
    desk: Desk, opened: Open
) -> None:
    desk.answer = lambda _path, _query: (200, {"rows": [], "next": "http://127.0.0.9/list"})
    inventory = opened(f"- http: {{url: '{desk.url}/list', rows: rows, next: next}}")
    with pytest.raises(InventoryUnavailableError, match=r"another server \(127\.0\.0\.9\)"):
        inventory.find("petrov")
