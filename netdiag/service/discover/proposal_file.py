"""Proposed links as a file that a person reads before it counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from netdiag.locating.proposals import Proposal, adoptable
from netdiag.service.discover.discover import Discovery


def proposal_yaml(found: Discovery, now: datetime) -> str:
    """Links in the inventory's own form, one line a link, those with a doubt commented out: whoever
    takes the file into the inventory has read it."""
    return "\n".join(_yaml_lines(list(adoptable(found.proposals)), now)) + "\n"


def _yaml_lines(found: list[Proposal], now: datetime) -> Iterator[str]:
    yield f"# Links heard on {now:%Y-%m-%d %H:%M} that the inventory has otherwise or not at all."
    yield "# Read them, delete what is wrong, then add this file under 'inventory' in netdiag.yaml:"
    yield "#   - yaml: THIS-FILE"
    yield "# A line with a doubt is commented out. Where a port differs, mend the old link as well."
    yield "links:" if any(one.sure for one in found) else "links: []"
    for one in found:
        for remark in _remarks(one):
            yield f"  # {remark}"
        yield f"  {'' if one.sure else '# '}- {json.dumps(_row(one), ensure_ascii=False)}"


def _remarks(one: Proposal) -> Iterator[str]:
    heard = one.heard
    if heard is None:
        return
    both = "both ends" if len(heard.ends) > 1 else heard.ends[0]
    yield f"{one.fit}: heard by {both} over {', '.join(heard.by)}"
    for text in (*one.why, *heard.conflicts):
        yield text.replace("\n", " ")
    if not heard.direct:
        yield f"{', '.join(heard.by)} passes through switches: they may not be neighbours"


def _row(one: Proposal) -> dict[str, str]:
    edge = one.now
    values = (
        {
            "device": edge.device,
            "parent": edge.parent,
            "device_port": edge.device_port,
            "parent_port": edge.parent_port,
            "seen_at": one.seen_at.isoformat(timespec="seconds") if one.seen_at else None,
        }
        if edge
        else {}
    )
    return {name: value for name, value in values.items() if value}


COLUMNS = ("device", "parent", "device_port", "parent_port", "seen_at")


def proposal_rows(found: Iterable[Proposal]) -> list[dict[str, str]]:
    """The sure ones as rows of a CSV file with COLUMNS."""
    return [_row(one) for one in adoptable(found) if one.sure]
