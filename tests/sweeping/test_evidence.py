"""What a sweep tells inference: silence and return, never what was not asked."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from netdiag.model.sweep import Reach
from netdiag.service.sweep.evidence import as_events

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


@dataclass
class Visit:
    """As much of a visit as counts here."""

    device: str
    reach: Reach


@pytest.mark.parametrize(
    ("reach", "misses", "state"),
    [
        (Reach.SILENT, 1, "down"),
        (Reach.SILENT, 5, "down"),
        (Reach.OK, 0, None),
        (Reach.OK, 2, "up"),
        (Reach.PARTIAL, 1, "up"),
        (Reach.NO_ANSWER, 1, "up"),
        (Reach.REFUSED, 1, "up"),
        (Reach.BEHIND, 3, None),
        (Reach.NOT_ASKED, 3, None),
    ],
)
def test_a_device_is_news_when_it_is_silent_or_back(
    reach: Reach, misses: int, state: str | None
) -> None:
    told = as_events("sweep-1", [Visit("sw-1", reach)], {"sw-1": misses}, NOW)  # type: ignore[list-item]
    assert [(one.subject, one.kind, one.state) for one in told] == (
        [("sw-1", "probe", state)] if state else []
    )


def test_the_same_batch_again_is_the_same_evidence() -> None:
    visits = [Visit("sw-1", Reach.SILENT)]
    first, again = (as_events("sweep-1", visits, {}, NOW) for _ in range(2))  # type: ignore[arg-type]
    assert first[0].once == again[0].once
