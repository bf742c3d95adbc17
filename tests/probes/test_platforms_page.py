"""docs/reference/platforms.md says what the probe files say."""

from __future__ import annotations

from bench.platforms import table
from netdiag.model.content import Content
from tests.conftest import ROOT


def test_the_page_of_platforms_is_made_of_the_probe_files(content: Content) -> None:
    page = (ROOT / "docs" / "reference" / "platforms.md").read_text(encoding="utf-8")
    assert page == table(content), "run: python -m bench.platforms > docs/reference/platforms.md"


def test_every_probe_stands_on_the_page_as_proven_or_not(content: Content) -> None:
    page = table(content)
    for probe in content.probes:
        section = page.partition(f"\n## {probe.platform}\n")[2].partition("\n## ")[0]
        (row,) = [line for line in section.splitlines() if line.startswith(f"| {probe.id} |")]
        assert row.endswith("*not proven* |") is (not probe.proven)
