"""The board over HTTP: who may see and do what, and that what is written is there at once."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from netdiag.content.load import load
from netdiag.model.user import UserRole
from tests.cli.site import netdiag
from tests.web.board import PASSWORD, accounts, browser, csrf, person, text_of
from tests.web.conftest import Served

EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def noc(served: Served):
    with browser(served, UserRole.NOC) as client:
        yield client


@pytest.fixture
def outage(noc: httpx.Client):
    """An outage of a switch, announced at the board; its page's path."""
    form = {"csrf": csrf(noc.get("/outages").text), "root": "sw-3", "cause": "power", "note": EVIL}
    path = noc.post("/outages", data=form).headers["location"]
    yield path
    noc.post(path, data={"csrf": csrf(noc.get(path).text), "end": "yes"})


PAGES = (
    "/",
    "/outages",
    "/figures",
    "/impact?place=sw-3",
    "/operator",
    "/board/stream",
    "/find?key=sw-3",
)


@pytest.mark.parametrize("path", PAGES)
def test_who_is_not_signed_in_is_asked_to_and_comes_back(served: Served, path: str) -> None:
    with browser(served) as client:
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?then=%2F")
        person(served, UserRole.NOC)
        form = {"name": "test-noc", "password": PASSWORD, "then": path}
        assert client.post("/sign-in", data=form).headers["location"] == path


def test_after_signing_in_nobody_is_led_elsewhere(served: Served) -> None:
    person(served, UserRole.NOC)
    for then in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"):
        with browser(served) as client:
            form = {"name": "test-noc", "password": PASSWORD, "then": then}
            assert client.post("/sign-in", data=form).headers["location"] == "/"


def test_the_cookie_is_not_for_scripts_nor_other_sites_and_ends_with_signing_out(
    served: Served,
) -> None:
    with browser(served) as client:
        person(served, UserRole.NOC)
        form = {"name": "test-noc", "password": PASSWORD}
        cookie = client.post("/sign-in", data=form).headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "max-age=2592000" in cookie
        stolen = client.cookies["netdiag_session"]
        client.post("/sign-out", data={"csrf": csrf(client.get("/").text)})
    with browser(served) as thief:
        thief.cookies.set("netdiag_session", stolen)
        assert thief.get("/").status_code == 303


def test_guessing_passwords_is_stopped_and_the_right_one_then_has_to_wait(served: Served) -> None:
    with accounts(served) as users:
        users.add("guessed", UserRole.VIEWER, PASSWORD, datetime.now(UTC), by="test")
    with browser(served) as client:
        codes = [
            client.post("/sign-in", data={"name": "guessed", "password": f"wrong {n}"}).status_code
            for n in range(6)
        ]
        assert codes == [403] * 5 + [429]
        answer = client.post("/sign-in", data={"name": "guessed", "password": PASSWORD})
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 60


def test_a_viewer_sees_the_board_but_writes_and_diagnoses_nothing(
    served: Served, outage: str
) -> None:
    with browser(served, UserRole.VIEWER) as client:
        assert "sw-3" in client.get("/").text
        page = client.get(outage).text
        assert 'id="write"' not in page
        form = {"csrf": csrf(page), "note": "x"}
        for answer in (
            client.post(outage, data=form),
            client.post("/outages", data=form | {"root": "sw-1"}),
            client.get("/operator"),
            client.post("/operator", data=form | {"key": "100201"}),
        ):
            assert answer.status_code == 403
            assert "needs the role" in text_of(answer.text)


def test_contact_data_is_for_the_noc_alone_and_taking_it_is_written_down(
    served: Served, noc: httpx.Client, outage: str
) -> None:
    def table(client: httpx.Client) -> list[dict[str, str]]:
        answer = client.get(f"{outage}/subscribers.csv")
        assert "attachment" in answer.headers["content-disposition"]
        return list(csv.DictReader(io.StringIO(answer.text)))

    with browser(served, UserRole.OPERATOR) as operator:
        seen = table(operator)
    assert len(seen) == 5
    assert set(seen[0]) == {"subscriber", "behind", "device", "port"}
    assert {row["device"] for row in seen} == {"sw-3"}
    allowed = table(noc)
    assert [row["subscriber"] for row in allowed] == [row["subscriber"] for row in seen]
    assert all(row["phone"] for row in allowed)
    with accounts(served) as users:
        lines = users.changes.since(datetime.now(UTC) - timedelta(minutes=5))
    took = [line for line in lines if line.what == "outage.contacts"]
    assert [(line.who, line.detail) for line in took[-1:]] == [("test-noc", "sw-3")]


def test_a_note_and_an_end_reach_the_register_and_the_voice_menu_at_once(
    served: Served, noc: httpx.Client, outage: str, api: httpx.Client
) -> None:
    form = {
        "csrf": csrf(noc.get(outage).text),
        "note": "the crew has arrived",
        "expected_end": "2036-02-01T18:30",
        "cause": "fibre",
    }
    assert noc.post(outage, data=form).status_code == 303
    found = api.get(f"/api/v1{outage}").json()
    assert found["cause"] == "fibre"
    end = datetime.fromisoformat(found["expected_end"])
    assert end == datetime.fromisoformat("2036-02-01T18:30:00+03:00")
    assert found["log"][-1]["note"] == "the crew has arrived"
    assert found["log"][-1]["who"] == "test-noc"
    status = api.get("/api/v1/subscribers/100212/status").json()
    assert status["outage"]["id"] == found["id"]
    assert "18:30" in status["say"]["ru"]
    page = noc.get("/").text
    assert "the crew has arrived" in page


@pytest.mark.parametrize(
    "change",
    [{"expected_end": "yesterday"}, {"cause": "gremlins"}, {"note": "x" * 2001},
     {"expected_end": "1999-01-01T00:00"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_whole(noc: httpx.Client, outage: str, change) -> None:
    before = noc.get(outage).text.count("<li class=")
    answer = noc.post(outage, data={"csrf": csrf(noc.get(outage).text), "note": "y"} | change)
    assert answer.status_code in (409, 422)
    assert answer.headers["content-type"].startswith("text/html")
    assert noc.get(outage).text.count("<li class=") == before


def test_a_form_of_another_site_or_an_older_session_changes_nothing(
    noc: httpx.Client, outage: str
) -> None:
    token = csrf(noc.get(outage).text)
    for headers, form in (
        ({}, {"note": "forged"}),
        ({}, {"note": "forged", "csrf": "0" * 64}),
        ({"origin": "https://evil.example"}, {"note": "forged", "csrf": token}),
        ({"sec-fetch-site": "cross-site"}, {"note": "forged", "csrf": token}),
    ):
        assert noc.post(outage, data=form, headers=headers).status_code == 403
    plain = noc.post(outage, json={"note": "forged", "csrf": token})
    assert plain.status_code == 415
    assert "forged" not in noc.get(outage).text


def test_texts_from_outside_are_texts_on_every_page(noc: httpx.Client, outage: str) -> None:
    for path in ("/", outage, f"{outage}/report", "/?wall&lang=fa"):
        page = noc.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "&lt;script&gt;alert" in noc.get(outage).text
    found = noc.get("/find", params={"key": EVIL}, follow_redirects=True).text
    assert "<img src=x" not in found
    asked = noc.post("/operator", data={"csrf": csrf(found), "key": EVIL})
    assert asked.status_code == 422
    assert "<img src=x" not in asked.text


def test_every_answer_forbids_foreign_scripts_and_frames(noc: httpx.Client) -> None:
    for path in ("/", "/outages", "/nowhere", "/assets/x/board.js", "/healthz"):
        headers = noc.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_pages_are_not_kept_and_files_are_as_long_as_they_are_the_same(noc: httpx.Client) -> None:
    page = noc.get("/")
    assert page.headers["cache-control"] == "no-store"
    path = re.search(r'href="(/assets/[0-9a-f]{12}/board.css)"', page.text)
    assert path
    assert "immutable" in noc.get(path[1]).headers["cache-control"]
    assert noc.get("/assets/old/board.css").headers["cache-control"] == "no-store"
    assert noc.get("/assets/old/..%2fpages.py").status_code == 404


def test_the_stream_sends_what_changed_and_keeps_saying_that_it_lives(
    noc: httpx.Client, outage: str
) -> None:
    """The whole board at first, then only the part with the note."""
    parts: list[str] = []
    beats = 0
    wrote = False
    with noc.stream("GET", "/board/stream?lang=en", timeout=20) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        event = ""
        until = time.monotonic() + 15
        for line in answer.iter_lines():
            if line.startswith("event:"):
                event = line.partition(":")[2].strip()
            elif line.startswith("data:") and event == "part":
                part = json.loads(line.partition(":")[2])
                parts.append(part["part"])
                if wrote and "seen in the stream" in part["html"]:
                    break
            elif line.startswith("data:") and event == "beat":
                beats += 1
                if not wrote:
                    wrote = True
                    form = {"csrf": csrf(noc.get(outage).text), "note": "seen in the stream"}
                    noc.post(outage, data=form)
            assert time.monotonic() < until, parts
    assert parts[:9] == [
        "summary", "outages", "tree", "weak", "symptoms", "flaps", "mix", "held", "health",
    ]  # fmt: skip
    assert set(parts[9:]) <= {"outages", "health", "summary"}
    assert "outages" in parts[9:]
    assert beats


def test_the_tree_shows_what_is_out_and_what_is_cut_off_behind_it(
    noc: httpx.Client, outage: str
) -> None:
    page = noc.get("/").text
    tree = page[page.index('id="part-tree"') :]
    assert re.search(r"sw-3</bdi></a>.{0,120}out of service", tree, re.DOTALL)
    assert "in order" in tree


def without_clock(text: str) -> str:
    """A deadline is counted from the moment of each diagnosis."""
    return re.sub(r"\d\d:\d\d", "", text)


def test_the_operator_gets_the_same_answer_as_the_command_line(served: Served) -> None:
    with browser(served, UserRole.OPERATOR) as client, served.town.fault("cable-cut", "100207"):
        form = {"csrf": csrf(client.get("/operator").text), "key": "100207"}
        path = client.post("/operator", data=form).headers["location"]
        for _ in range(60):
            page = client.get(path).text
            if "data-stream" not in page:
                break
            assert "<progress" in page
            time.sleep(0.2)
        told = netdiag("diagnose", "100207", "--config", str(served.config), "--json").json()
    words = text_of(page)
    rule = load().rule(told["verdict"]["fault"])
    assert rule.fault == "provider.line.cable-fault"
    for text in (rule.title["en"], told["say"][told["language"]], rule.next_steps["en"][0]):
        assert without_clock(text) in without_clock(html.unescape(words))
    assert told["verdict"]["side"] in words


def test_an_unknown_subscriber_is_a_sentence_beside_the_field(served: Served) -> None:
    with browser(served, UserRole.OPERATOR) as client:
        form = {"csrf": csrf(client.get("/operator").text), "key": "nobody-here"}
        answer = client.post("/operator", data=form)
    assert answer.status_code == 422
    assert "no subscriber" in text_of(answer.text)


def test_the_box_finds_outages_devices_and_subscribers(noc: httpx.Client, outage: str) -> None:
    def led(key: str) -> str:
        return noc.get("/find", params={"key": key}).headers["location"]

    assert led(outage.rpartition("/")[2]) == outage
    assert led("sw-2:3") == "/impact?place=sw-2%3A3"
    assert led("100207") == "/operator?key=100207"
    assert "5" in text_of(noc.get(led("sw-3")).text)


def test_the_report_counts_subscribers_times_minutes(noc: httpx.Client, outage: str) -> None:
    page = noc.get(f"{outage}/report")
    assert page.status_code == 200
    assert "Subscribers × minutes" in page.text


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ru", "ltr"), ("fa", "rtl")])
def test_each_language_has_its_direction_and_no_english_left(
    noc: httpx.Client, language: str, direction: str
) -> None:
    noc.post("/look", data={"lang": language})
    page = noc.get("/").text
    noc.post("/look", data={"lang": "en"})
    assert f'<html lang="{language}" dir="{direction}"' in page
    # What people wrote and names of things stay as they are; everything else is translated.
    page = re.sub(r"(?s)<(bdi|button|title|kbd)\b.*?</\1>", "", page)
    page = re.sub(r'(?s)<(p|span) [^>]*dir="auto".*?</\1>', "", page)
    if language != "en":
        assert set(re.findall(r"[A-Za-z]{3,}", text_of(page))) <= {"netdiag", "NOC"}


def test_the_figures_are_there_and_their_style_is_let_through_by_its_number(
    noc: httpx.Client,
) -> None:
    answer = noc.get("/figures", params={"days": 7, "lang": "ru"})
    assert answer.status_code == 200
    nonce = re.search(r'<style nonce="([^"]+)">', answer.text)
    assert nonce
    assert f"'nonce-{nonce[1]}'" in answer.headers["content-security-policy"]
    assert noc.get("/figures", params={"days": 0}).status_code == 422


def test_whoever_stands_behind_an_outage_is_answered_without_a_next_step(
    noc: httpx.Client, outage: str
) -> None:
    form = {"csrf": csrf(noc.get("/operator").text), "key": "100212"}
    words = text_of(noc.get(noc.post("/operator", data=form).headers["location"]).text)
    assert "A known outage: no probe was sent." in words
    assert "Nothing is to be done." in words


def test_netdiag_s_own_health_tells_of_its_workers(noc: httpx.Client) -> None:
    page = noc.get("/").text
    health = text_of(page[page.index('id="part-health"') :])
    assert re.search(r"workers by site\s+main\s+1", health), health


def test_the_api_takes_no_cookie(noc: httpx.Client) -> None:
    assert noc.get("/api/v1/outages").status_code == 401


def test_the_board_stands_not_in_the_api_s_document(api: httpx.Client) -> None:
    paths = set(api.get("/openapi.json").json()["paths"])
    assert "/api/v1/outages" in paths
    assert not [path for path in paths if path.startswith(("/operator", "/outages", "/impact"))]
    assert not paths & {"/", "/sign-in", "/board/stream"}
