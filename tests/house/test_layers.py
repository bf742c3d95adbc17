"""The tree is the architecture: imports point down, and each library has one home."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "netdiag"

# From the ground up. A layer may import itself and what stands before it.
LAYERS = [
    "model",
    "locale",
    "content",
    "settings",
    "inventory",
    "transports",
    "listeners",
    "probing",
    "triage",
    "sweeping",
    "locating",
    "outages",
    "routing",
    "notify",
    "kpi",
    "store",
    "lab",
    "service",
    "web",
    "cli",
]
HOMES: dict[str, str | tuple[str, ...]] = {  # one layer, or several that share it
    "librouteros": "transports",
    "pysnmp": ("transports", "listeners"),
    "gufo": "transports",
    "netmiko": "transports",
    "icmplib": "transports",
    "apprise": "notify",
    "yaml": "content",
    "click": "cli",
    "rich": "cli",
    "jinja2": "web",
    "argon2": "service",
    "holidays": "routing",
}
# The lab speaks SSH as a server; it takes the parts that netmiko brings, not netmiko.
FILES = sorted(PACKAGE.rglob("*.py"))
JOINS_PARTS = {"service", "cli", "web", "lab"}
PARTS = {"inventory", "transports", "probing", "triage", "sweeping", "routing", "store", "lab"}


def layer(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py").replace("secrets", "settings")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_imports_point_down_only(path: Path) -> None:
    here = layer(path)
    if here in ("__init__", "__main__"):
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "netdiag" or len(parts) < 2:
            continue
        there = parts[1].replace("secrets", "settings")
        assert LAYERS.index(there) <= LAYERS.index(here), f"{named(path)} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=named)
def test_each_foreign_library_is_imported_in_its_home_only(path: Path) -> None:
    for name in imports(path):
        home = HOMES.get(name.split(".")[0])
        assert home is None or layer(path) in home, (
            f"{named(path)} imports {name}, whose home is {home}"
        )


@pytest.mark.parametrize("path", FILES, ids=named)
def test_only_service_joins_the_parts(path: Path) -> None:
    here = layer(path)
    if here in JOINS_PARTS:
        return
    others = {n.split(".")[1] for n in imports(path) if n.startswith("netdiag.")} & PARTS
    assert others <= {here}, f"{named(path)} joins {here} with {others - {here}}"


@pytest.mark.parametrize("path", FILES, ids=named)
def test_the_model_needs_the_standard_library_only(path: Path) -> None:
    if layer(path) != "model":
        return
    import sys

    for name in imports(path):
        top = name.split(".")[0]
        assert top in sys.stdlib_module_names or name.startswith("netdiag.model")


VENDORS = ("mikrotik", "dlink", "d-link", "eltex", "cisco", "huawei", "routeros")


@pytest.mark.parametrize("path", FILES, ids=named)
def test_the_program_knows_no_vendor_by_name(path: Path) -> None:
    """Vendors live in probes/. The transport of RouterOS and the lab are what they are named for;
    elsewhere a vendor may stand in a docstring or comment, as a fact of protocols, not in code."""
    if layer(path) in ("lab", "transports") or path.name in ("wire.py", "wires.py", "asks.py"):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = {
        node.value.lower()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 60
    }
    for text in texts - {"routeros"}:
        assert not any(vendor in text for vendor in VENDORS if vendor != "routeros"), text


@pytest.mark.parametrize("path", FILES, ids=named)
def test_no_file_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_median_file_is_shorter_than_100_lines() -> None:
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in FILES)
    lengths = [length for length in lengths if length >= 5]
    assert lengths[len(lengths) // 2] <= 100
