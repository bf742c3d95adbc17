"""Where the cases of the shipped probes stand."""

from __future__ import annotations

from pathlib import Path

from netdiag.service.teach.probe_cases import Case, cases_in
from netdiag.service.teach.probe_cases import load_case as load

HERE = Path(__file__).parent


def paths() -> list[Path]:
    """Every case there is."""
    return cases_in(HERE)


def load_case(path: Path) -> Case:
    """Read one case; errors name file and line."""
    return load(path, HERE)
