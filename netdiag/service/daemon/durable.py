"""Work that survives a crash: netdiag's own port to the durable engine (docs/decisions/engine.md).

A flow is an async function of one JSON object; what it does outside memory stands in named steps.
A step that was finished is not run again after a crash, its result is read; a step that was under
way is run again. So a step that acts on the outside carries a key that is the same each time.

Rules of the engine that this module keeps (each was a fault when measured): always enqueue onto a
site's queue; an executor id and application version of our own; JSON, never pickle; WAL on SQLite;
few threads; named steps.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from dbos import error as engine_errors
from sqlalchemy.exc import SQLAlchemyError

from netdiag.store.database import Database, StoreError, connect

Json = dict[str, Any]
Flow = Callable[[Json], Awaitable[Json]]

_VERSION = "flows-1"  # raise only when no flow of the old version is under way
_APPLICATION = "netdiag"
_POLL_S = 0.1
_AGAIN_S = 60.0
_said: dict[tuple[str, int], float] = {}  # place of a warning of the engine → when


class Urgency(StrEnum):
    """Who is waiting for it; lower numbers go first."""

    OPERATOR = "operator"
    TICKET = "ticket"
    CHORE = "chore"


_PRIORITY = {Urgency.OPERATOR: 1, Urgency.TICKET: 5, Urgency.CHORE: 50}


@contextmanager
def told(what: str) -> Iterator[None]:
    """The engine's trouble with its database as a StoreError."""
    try:
        yield
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StoreError(f"{what}: {why}") from None


class Durable:
    """The engine of one process. Flows are registered before `start`, by their lasting names."""

    def __init__(self, database: Database, *, executor: str, sites: tuple[str, ...]) -> None:
        self._database = database
        self._executor = executor
        self._sites = sites
        self._flows: dict[str, Any] = {}

    def open(self) -> None:
        """Configure the engine. Flows can be registered after this."""
        logging.getLogger("dbos").setLevel(logging.WARNING)
        logging.getLogger("dbos").addFilter(_one_line)
        DBOS(
            config=DBOSConfig(
                name=_APPLICATION,
                system_database_engine=connect(engine_url(self._database), own_begin=False),
                system_database_url=engine_url(self._database),
                executor_id=self._executor,
                application_version=_VERSION,
                serializer=DBOSPortableJSONSerializer(),
                max_executor_threads=16,
                scheduler_polling_interval_sec=1.0,
                notification_listener_polling_interval_sec=_POLL_S,
                log_level="WARNING",
                enable_otlp=False,
            )
        )

    def register(self, name: str, flow: Flow) -> None:
        """Make a flow known under a name that outlives this process."""

        async def run(argument: Json) -> Json:
            return await flow(argument)

        self._flows[name] = DBOS.workflow(name=name, max_recovery_attempts=20)(run)

    def register_chore(self, name: str, flow: Flow) -> None:
        """A flow that the clock starts; its argument is {"at": the time it was due, RFC 3339}."""

        async def tick(due: datetime, _context: object) -> Json:
            return await flow({"at": due.isoformat()})

        self._flows[name] = DBOS.workflow(name=name, max_recovery_attempts=20)(tick)

    async def start(self, *, at_once: int = 32) -> None:
        """Begin to work off the queues of these sites, first what a crash left. Raises StoreError
        when the engine's database cannot be used."""
        DBOS.listen_queues([queue_of(site) for site in self._sites])
        with told("the engine of durable work cannot start"):
            DBOS.launch()
            for site in self._sites:
                await DBOS.register_queue_async(
                    queue_of(site),
                    worker_concurrency=at_once,
                    polling_interval_sec=_POLL_S,
                )

    async def stop(self, *, wait_s: int = 20) -> None:
        """Let what is under way end, for so long; the rest goes on at the next start."""
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=wait_s)
        # The engine made its own threads the loop's usual ones, and has ended them.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(4, "netdiag-last"))

    async def enqueue(
        self,
        flow: str,
        key: str,
        argument: Mapping[str, Any],
        *,
        site: str,
        urgency: Urgency = Urgency.TICKET,
        delay_s: float | None = None,
    ) -> None:
        """Accept work. The same key again is the same work: it does not run twice. Raises
        StoreError when the engine's database cannot take it."""
        options = SetEnqueueOptions(priority=_PRIORITY[urgency], delay_seconds=delay_s)
        with told("durable work cannot be written"), SetWorkflowID(key), options:
            await DBOS.enqueue_workflow_async(queue_of(site), self._flows[flow], dict(argument))

    async def spawn(
        self, flow: str, key: str, argument: Mapping[str, Any], *, site: str
    ) -> Callable[[], Awaitable[Json | None]]:
        """Within a flow: put another onto a site's queue, at the urgency of a chore. What comes
        back waits for its result; None when it failed or was cancelled."""
        with SetWorkflowID(key), SetEnqueueOptions(priority=_PRIORITY[Urgency.CHORE]):
            handle: Any = await DBOS.enqueue_workflow_async(
                queue_of(site), self._flows[flow], dict(argument)
            )

        async def result() -> Json | None:
            try:
                told: Json = await handle.get_result(polling_interval_sec=_POLL_S)
            except Exception:  # noqa: BLE001  the boundary of a flow: it may raise anything
                return None
            return told

        return result

    async def known(self, key: str) -> str | None:
        """The state of the flow with that key in the engine's words; None when there is none."""
        status: Any = await DBOS.get_workflow_status_async(key)
        return None if status is None else str(status.status)

    async def result(self, key: str, timeout_s: float) -> Json | None:
        """The result of a flow, if it ends well within the time; a failed one is among the jobs."""
        handle: Any = await DBOS.retrieve_workflow_async(key)
        try:
            return await asyncio.wait_for(
                handle.get_result(polling_interval_sec=_POLL_S), timeout_s
            )
        except TimeoutError:
            return None
        except Exception:  # noqa: BLE001  the boundary of a flow: it may raise anything
            return None

    async def schedule(self, name: str, cron: str, chore: str, *, site: str) -> None:
        """Run a chore by the clock (five or six fields of cron), once over all processes. Raises
        StoreError."""
        with told("a schedule cannot be written"):
            await DBOS.apply_schedules_async(
                [
                    {
                        "schedule_name": name,
                        "workflow_fn": self._flows[chore],
                        "schedule": cron,
                        "context": {},
                        "queue_name": queue_of(site),
                    }
                ]
            )


async def step(
    name: str,
    act: Callable[..., Awaitable[Any]],
    *values: Any,
    attempts: int = 1,
    first_pause_s: float = 1.0,
    final: tuple[type[Exception], ...] = (),
) -> Any:
    """Do one thing of a flow, remembered by its name. Results are JSON. After an error it is tried
    again, with twice the pause each time; not after those that are `final`."""
    options: Any = {"name": name}
    if attempts > 1:
        options |= {
            "retries_allowed": True,
            "max_attempts": attempts,
            "interval_seconds": first_pause_s,
            "backoff_rate": 2.0,
            "should_retry": lambda error: not isinstance(error, final),
        }
    return await DBOS.run_step_async(options, act, *values)


def _one_line(record: logging.LogRecord) -> bool:
    """The engine logs each retry with the whole stack: the first line is enough, and once a minute
    what comes from the same place."""
    text = record.getMessage()
    if record.exc_info and isinstance(record.exc_info, tuple) and record.exc_info[1]:
        text = f"{text}: {record.exc_info[1]}"
    lines = [one for one in text.splitlines() if one.strip() and "(Background on" not in one] or [
        ""
    ]
    cause = f" {lines[-1]}" if "Traceback" in lines[0] else ""
    record.msg = lines[0].partition("Traceback")[0] + cause
    record.args, record.exc_info, record.exc_text = (), None, None
    place, last = (record.pathname, record.lineno), _said.get((record.pathname, record.lineno))
    if record.levelno <= logging.WARNING and last is not None and record.created - last < _AGAIN_S:
        return False
    _said[place] = record.created
    return True


def is_cancelled(error: Exception) -> bool:
    """Did somebody cancel the flow? Then it must not go on."""
    ended = (
        engine_errors.DBOSWorkflowCancelledError,
        engine_errors.DBOSAwaitedWorkflowCancelledError,
    )
    return isinstance(error, ended)


async def pause(seconds: float) -> None:
    """Sleep that goes on counting while the process is down."""
    await DBOS.sleep_async(seconds)


def key_of_step(name: str) -> str:
    """The idempotency key of an act on the outside: the same for every repeat of this step."""
    return f"{DBOS.workflow_id}:{name}"


def queue_of(site: str) -> str:
    """Each site has its queue: a worker takes only the work of its sites."""
    return f"site-{site}"


def engine_url(database: Database) -> str:
    """The engine's tables: beside the SQLite file (one writer each), in PostgreSQL a schema."""
    if database.is_sqlite:
        return database.url.removesuffix(".db") + "-work.db"
    return database.url.replace("postgresql://", "postgresql+psycopg://", 1)
