"""A POST that is carried out once for each Idempotency-Key of a caller."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from netdiag.service.daemon.asked import AnotherBodyError
from netdiag.service.daemon.daemon import Daemon
from netdiag.store.answers import Answers
from netdiag.store.tokens import Token

Json = dict[str, Any]


async def once(
    daemon: Daemon,
    token: Token,
    what: str,
    key: str | None,
    body: BaseModel | list[Any],
    work: Callable[[], Awaitable[Json]],
) -> Json:
    """The answer of `work`, or the one that it gave when this caller sent this key before.

    `what` is the route. Raises AnotherBodyError, UnderWayError, StoreError, and what `work` raises.
    """
    if key is None:
        return await work()
    answers, caller = Answers(daemon.database), f"api:{token.id}:{what}"
    known, same = await asyncio.to_thread(
        answers.begin, caller, key, _written(body), datetime.now(UTC)
    )
    if not same:
        raise AnotherBodyError("This Idempotency-Key was used before with another body.")
    if known is not None:
        return known
    try:
        answer = await work()
    except BaseException:
        await asyncio.shield(asyncio.to_thread(answers.drop, caller, key))
        raise
    await asyncio.to_thread(answers.end, caller, key, answer)
    return answer


def _written(body: BaseModel | list[Any]) -> str:
    if isinstance(body, list):
        return "\n".join(_written(one) for one in body)
    return body.model_dump_json()
