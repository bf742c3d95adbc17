"""Two staged sweeps over recordings of real agents."""

import shutil
from pathlib import Path

import pytest

from bench import staged

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")


@pytest.mark.recordings
def test_the_findings_of_two_sweeps_over_recordings_are_the_right_ones_and_no_more(
    data: Path,
) -> None:
    """Each act once or twice; all recordings: python -m bench.staged."""
    told = staged.measure(data, 28)
    assert told.devices == 28
    assert not told.missed
    assert not told.more
    assert len(told.right) == 8
    assert not told.trouble
