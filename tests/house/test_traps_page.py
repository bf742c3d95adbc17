"""The page of traps names tests that are there."""

from __future__ import annotations

import re

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "reference" / "traps.md"
NAMED = re.compile(r"`([\w./-]+\.(?:py|yaml))(?:::(\w+))?`")


def test_every_trap_is_held_by_a_test_that_exists() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    traps = [row for row in rows if not row.startswith(("| trap |", "|---"))]
    assert len(traps) > 60
    missing = []
    for row in traps:
        named = NAMED.findall(row)
        missing += [] if named else [f"no test: {row}"]
        for file, test in named:
            place = ROOT / "tests" / file
            held = place.is_file() and (
                not test or re.search(rf"^(?:async )?def {test}\(", place.read_text("utf-8"), re.M)
            )
            missing += [] if held else [f"{file}::{test}"]
    assert missing == []
