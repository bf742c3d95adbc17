"""The customer's page over HTTP and in a real browser."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from netdiag.cli import run
from netdiag.model.secret import Secret
from netdiag.service.customer.links import Link, sign
from tests.cli.site import netdiag
from tests.web.conftest import LINKS, Served
from tests.web.test_api import DIAGNOSES, outage

HIM = "100207"


def address(served: Served, ident: str = HIM, hours: float = 1) -> str:
    link = Link(ident, datetime.now(UTC) + timedelta(hours=hours))
    return f"http://{served.address}/my/{sign(link, Secret(LINKS))}"


def words(reply: httpx.Response) -> str:
    return re.sub(r"<style.*?</style>|<[^>]+>", " ", reply.text, flags=re.S)


def secrets_of_the_network(served: Served) -> list[str]:
    """Every device, login, phone, address and other subscriber of the lab."""
    folder = served.config.parent
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.yaml"))
    devices = set(re.findall(r"\b(?:sw|bng|core|agg|olt|ap|fl|pe)-\d+\b", text))
    addresses = set(re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", text))
    macs = set(re.findall(r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b", text))
    people = set(re.findall(r"\b100\d{3}\b", text)) | set(re.findall(r"\b79\d{9}\b", text))
    assert devices
    assert people
    return sorted(devices | addresses | macs | people)


def test_a_diagnosed_fault_is_told_and_the_network_is_not(
    served: Served, api: httpx.Client
) -> None:
    with served.town.fault("cable-cut", HIM):
        api.post(DIAGNOSES, json={"subscriber": HIM, "wait_s": 20})
    hidden = secrets_of_the_network(served)
    for language, headline in {
        "en": "The fault is on our side.",
        "ru": "Неисправность на нашей стороне.",
        "fa": "خرابی از سمت ماست.",
    }.items():
        reply = httpx.get(address(served), params={"lang": language})
        assert reply.status_code == 200
        assert headline in reply.text
        assert not [word for word in hidden if word in reply.text]
        assert "+7 495 000-00-00" in reply.text


def test_an_open_outage_is_told_with_its_text_and_end(served: Served, api: httpx.Client) -> None:
    end = datetime.now(UTC) + timedelta(hours=3)
    with outage(api, "sw-2", expected_end=end.isoformat(), say={"en": "We dig a trench."}):
        text = words(httpx.get(address(served, "100207"), params={"lang": "en"}))
        assert "There is an outage in your area." in text
        assert "We dig a trench." in text
        assert "Expected end:" in text
        assert "sw-2" not in text


@pytest.mark.parametrize(
    ("tail", "status", "said"),
    [
        ("x", 404, "This link is not valid."),
        ("", 404, "This link is not valid."),
        (None, 410, "This link is too old."),
    ],
)
def test_a_link_that_is_wrong_or_old_says_so_and_nothing_else(
    served: Served, tail: str | None, status: int, said: str
) -> None:
    good = address(served)
    url = address(served, hours=-1) if tail is None else (good + tail if tail else good[:-1])
    reply = httpx.get(url, params={"lang": "en"})
    assert reply.status_code == status
    assert said in reply.text
    assert HIM not in reply.text


def test_a_subscriber_who_has_left_has_no_page(served: Served) -> None:
    assert httpx.get(address(served, "999999")).status_code == 404


def test_the_page_may_load_nothing_and_is_kept_nowhere(served: Served) -> None:
    headers = httpx.get(address(served)).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_the_command_makes_the_link_and_the_voice_menu_gets_it(
    served: Served, api: httpx.Client
) -> None:
    told = netdiag("link", HIM, "--hours", "2", "--config", str(served.config), "--json").json()
    assert told["url"].startswith("http://my.example.net/my/")
    path = told["url"].removeprefix("http://my.example.net")
    assert httpx.get(f"http://{served.address}{path}").status_code == 200
    page = api.get(f"/api/v1/subscribers/{HIM}/status").json()["page"]
    assert page.startswith("http://my.example.net/my/")
    assert netdiag("link", "nobody", "--config", str(served.config)).code == 3


def test_without_a_secret_there_is_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inventory.yaml").write_text("subscribers: []\n", encoding="utf-8")
    config = tmp_path / "netdiag.yaml"
    config.write_text("inventory: [{yaml: inventory.yaml}]\n", encoding="utf-8")
    assert run(["link", "1", "--config", str(config)]) == 2
    monkeypatch.setenv("SHORT", "guess")
    serve = "serve: {customer: {url: 'https://x.example', secret: {env: SHORT}}}\n"
    config.write_text(config.read_text(encoding="utf-8") + serve, encoding="utf-8")
    assert "could be guessed" in netdiag("link", "1", "--config", str(config)).err


BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
IN_BROWSER = pytest.mark.skipif(BROWSER is None, reason="no Chromium (Debian package chromium)")
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")


def browse(tmp_path: Path, url: str, *flags: str) -> str:
    """What Chromium makes of a page, on a phone's width."""
    done = subprocess.run(
        [str(BROWSER), *_FLAGS, f"--user-data-dir={tmp_path}/profile", *flags, url],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout


@IN_BROWSER
@pytest.mark.parametrize("language", ["en", "ru", "fa"])
def test_a_phone_shows_it_without_sideways_scrolling(
    served: Served, tmp_path: Path, language: str
) -> None:
    """Chromium measures: the page is no wider than the phone, and Persian begins on the right."""
    text = httpx.get(address(served), params={"lang": language}).text
    measure = (
        "<script>addEventListener('load',()=>{const h=document.querySelector('h1');"
        "const r=document.createRange();r.selectNodeContents(h);const b=r.getBoundingClientRect();"
        "document.title=[document.documentElement.scrollWidth,innerWidth,Math.round(b.left),"
        "Math.round(innerWidth-b.right),getComputedStyle(h).direction].join(' ')})</script></body>"
    )
    page = tmp_path / "page.html"
    page.write_text(text.replace("</body>", measure), encoding="utf-8")
    drawn = browse(tmp_path, page.as_uri(), "--window-size=360,740", "--dump-dom")
    title = re.search(r"<title>(\d+) (\d+) (-?\d+) (-?\d+) (\w+)</title>", drawn)
    assert title is not None, drawn[:400]
    wide, window, left, right, direction = title.groups()
    assert int(wide) <= int(window)
    assert direction == ("rtl" if language == "fa" else "ltr")
    nearer = int(right) if language == "fa" else int(left)
    assert 0 < nearer < 60


@IN_BROWSER
def test_a_browser_takes_the_style_that_the_page_declares(served: Served, tmp_path: Path) -> None:
    """Under the policy that the server sends it looks as the same file without a policy does, and
    not as it would without its style."""
    url = address(served)
    text = httpx.get(url).text
    page, bare = tmp_path / "page.html", tmp_path / "bare.html"
    page.write_text(text, encoding="utf-8")
    bare.write_text(re.sub(r"<style.*?</style>", "", text, flags=re.S), encoding="utf-8")

    def drawn(place: str) -> bytes:
        shot = tmp_path / "shot.png"
        browse(tmp_path, place, "--window-size=360,740", f"--screenshot={shot}")
        return shot.read_bytes()

    assert drawn(url) == drawn(page.as_uri()) != drawn(bare.as_uri())
