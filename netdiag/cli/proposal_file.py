"""Writing proposed links: a new file, whole."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

from netdiag.locating.proposals import adoptable
from netdiag.model.errors import ContentError
from netdiag.service.discover.discover import Discovery


def can_write(path: Path) -> None:
    """Said before devices are asked, not after. Raises ContentError."""
    if path.suffix not in (".yaml", ".yml", ".csv"):
        raise ContentError(f"{path}: proposals are written as .yaml or .csv. Name the file so.")
    if path.exists():
        raise ContentError(f"{path}: is there already. Name a new file; adopting is for a person.")


def write(path: Path, found: Discovery) -> None:
    """As YAML or CSV, by the name of the file. Raises ContentError."""
    from netdiag.service.discover.proposal_file import COLUMNS, proposal_rows, proposal_yaml

    if path.suffix == ".csv":
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(proposal_rows(adoptable(found.proposals)))
        text = out.getvalue()
    else:
        text = proposal_yaml(found, datetime.now(UTC))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ContentError(f"{path}: cannot be written: {error.strerror}.") from None
