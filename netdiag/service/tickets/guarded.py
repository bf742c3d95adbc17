"""The boundary of a round that comes again: what fails in it is logged, and ends nothing else."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from netdiag.model.errors import NetdiagError

_log = logging.getLogger(__name__)


@asynccontextmanager
async def guarded(trouble: str) -> AsyncIterator[None]:
    """Log what is raised within, after a sentence that says what it keeps from being done."""
    try:
        yield
    except NetdiagError as error:
        _log.warning("%s: %s", trouble, error)
    # A ticket system may answer what nobody expected: that must not end a loop for good.
    except Exception as error:  # noqa: BLE001
        _log.error("%s: %s", trouble, type(error).__name__, exc_info=error)
