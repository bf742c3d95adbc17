"""Look at durable work and steer it: for `netdiag jobs`, the API and the chores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import inspect
from sqlalchemy.exc import DatabaseError

from netdiag.service.daemon.durable import engine_url, queue_of, told
from netdiag.store.database import Database, connect

Json = dict[str, Any]
_UNFINISHED = ("ENQUEUED", "PENDING", "DELAYED")
_ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One flow as `netdiag jobs` shows it. `state` is the engine's word."""

    id: str
    flow: str
    state: str
    site: str
    created_at: datetime | None
    updated_at: datetime | None
    argument: Json
    result: Json | None = None
    error: str | None = None

    @property
    def ended(self) -> bool:
        """Will it never run again by itself?"""
        return self.state in _ENDED


class Jobs:
    """Durable work by id. It needs no running engine, only its database: where that does not answer
    every method raises StoreError, at once."""

    def __init__(self, database: Database) -> None:
        self._engine = connect(engine_url(database), own_begin=False)
        with told("durable work cannot be read"):
            self._client = DBOSClient(
                system_database_url=engine_url(database),
                system_database_engine=self._engine,
                serializer=DBOSPortableJSONSerializer(),
                retry_connection_errors=False,
            )

    def close(self) -> None:
        """Close its connections."""
        self._client.destroy()
        self._engine.dispose()

    async def get(self, key: str) -> Job | None:
        """One job with its result."""
        found = await self.find(ids=[key])
        return found[0] if found else None

    async def find(
        self,
        *,
        ids: list[str] | None = None,
        states: list[str] | None = None,
        flow: str | None = None,
        limit: int = 100,
    ) -> list[Job]:
        """Jobs, newest first; none in a store that no daemon has used yet."""
        with told("durable work cannot be read"):
            try:
                found = await self._client.list_workflows_async(
                    workflow_ids=ids, status=states, name=flow, limit=limit, sort_desc=True
                )
            except DatabaseError:
                if self._used():
                    raise
                return []
        return [_job(one) for one in found]

    def _used(self) -> bool:
        """Has an engine made its tables here?"""
        schema = None if self._engine.dialect.name == "sqlite" else "dbos"
        return inspect(self._engine).has_table("workflow_status", schema=schema)

    async def unfinished(self, limit: int = 5000) -> tuple[dict[str, int], datetime | None]:
        """How many wait and run, by state, and since when the oldest does."""
        with told("durable work cannot be read"):
            found = await self._client.list_workflows_async(
                status=list(_UNFINISHED), limit=limit, load_input=False, load_output=False
            )
        counts = dict.fromkeys(_UNFINISHED, 0)
        for one in found:
            counts[one.status] += 1
        return counts, _moment(found[0].created_at) if found else None

    async def steps(self, key: str) -> list[Json]:
        """What was done so far: names and errors of the steps."""
        with told("durable work cannot be read"):
            found = await self._client.list_workflow_steps_async(key)
        return [
            {"step": one["function_name"], "error": str(one["error"]) if one["error"] else None}
            for one in found
        ]

    async def cancel(self, key: str) -> bool:
        """Take it back: what has not begun never will. False when there is no such job."""
        if await self.get(key) is None:
            return False
        with told("the job is not cancelled"):
            await self._client.cancel_workflow_async(key, cancel_children=True)
        return True

    async def retry(self, key: str) -> bool:
        """Go on with a job that failed or was cancelled, after its last finished step."""
        job = await self.get(key)
        if job is None:
            return False
        with told("the job is not begun again"):
            await self._client.resume_workflow_async(key, queue_name=queue_of(job.site))
        return True

    def begun_by(self, executor: str) -> list[tuple[str, str]]:
        """(id, site) of what that process had under way and never ended."""
        with told("durable work cannot be read"):
            found = self._client.list_workflows(
                status="PENDING", executor_id=executor, load_input=False, load_output=False
            )
        return [(one.workflow_id, _site(one)) for one in found]

    def give_back(self, key: str, site: str) -> None:
        """Back into the queue of its site: another goes on after its last finished step."""
        with told("the job is not given back"):
            self._client.resume_workflow(key, queue_name=queue_of(site))

    def give_up(self, key: str) -> None:
        """Nobody tries it again until a person says so (`netdiag jobs retry`)."""
        with told("the job is not cancelled"):
            self._client.cancel_workflow(key, cancel_children=True)

    async def count(self, flow: str, sites: Sequence[str], most: int) -> int:
        """How many of that flow wait or run at these sites, counted to `most`."""
        with told("durable work cannot be counted"):
            found = await self._client.list_workflows_async(
                name=flow,
                status=list(_UNFINISHED),
                queue_name=[queue_of(site) for site in sites],
                limit=most,
                load_input=False,
                load_output=False,
            )
        return len(found)

    async def enqueue(self, flow: str, key: str, argument: Json, *, site: str) -> None:
        """Accept work from outside the daemon; the same key again is the same work."""
        options: EnqueueOptions = {
            "queue_name": queue_of(site),
            "workflow_name": flow,
            "workflow_id": key,
        }
        with told("durable work cannot be written"):
            await self._client.enqueue_async(options, argument)

    async def forget_ended(self, before: datetime, *, batch: int = 500) -> int:
        """Delete ended jobs that were last touched before then; how many."""
        gone = 0
        while True:
            with told("ended work is not forgotten"):
                old = await self._client.list_workflows_async(
                    status=list(_ENDED),
                    completed_before=before.isoformat(),
                    limit=batch,
                    load_input=False,
                    load_output=False,
                )
                await self._client.delete_workflows_async([one.workflow_id for one in old])
            gone += len(old)
            if len(old) < batch:
                return gone


def _job(one: Any) -> Job:
    argument = one.input["args"][0] if one.input and one.input.get("args") else {}
    return Job(
        id=one.workflow_id,
        flow=one.name,
        state=one.status,
        site=_site(one),
        created_at=_moment(one.created_at),
        updated_at=_moment(one.updated_at),
        argument=argument if isinstance(argument, dict) else {},
        result=one.output if isinstance(one.output, dict) else None,
        error=None if one.error is None else str(one.error).splitlines()[0],
    )


def _site(one: Any) -> str:
    return (one.queue_name or "").removeprefix("site-")


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
