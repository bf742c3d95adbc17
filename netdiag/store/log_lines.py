"""Log lines that devices sent, and since when none can be missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from netdiag.model.logged import Logged
from netdiag.store.database import Database
from netdiag.store.tables import log_cover, log_lines

ALIVE_S = 90.0  # a receiver that has not said so for longer is not listening
_BITE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Lines of one device, the oldest first. `since`: nothing is missing from then to now; None
    when nobody listens now, or the device has never sent anything."""

    lines: tuple[Logged, ...]
    since: datetime | None


class LogLines:
    """The received logs of all devices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, lines: Iterable[Logged], broken: Mapping[str, datetime], receiver: str) -> int:
        """Keep lines, in one transaction; how many. A device of which we hear for the first time
        is covered from its first line; one in `broken` (lines were dropped) from that moment."""
        rows = [asdict(line) for line in lines]
        first: dict[str, datetime] = {}
        for row in rows:
            first.setdefault(row["device"], row["at"])
        with self._database.write() as connection:
            if rows:
                connection.execute(insert(log_lines), rows)
            for device, at in {**first, **broken}.items():
                _cover(connection, device, receiver, at, anew=device in broken)
        return len(rows)

    def begin(self, receiver: str, now: datetime) -> None:
        """A receiver starts: what was sent until now may be missing."""
        self._beat(receiver, {"since": now, "until": now})

    def alive(self, receiver: str, now: datetime) -> None:
        """The receiver listens still."""
        self._beat(receiver, {"until": now})

    def of_device(self, device: str, now: datetime, *, hours: float, most: int) -> Log:
        """The newest `most` lines of so many hours."""
        begin = now - timedelta(hours=hours)
        query = (
            select(log_lines)
            .where(log_lines.c.device == device, log_lines.c.at >= begin)
            .order_by(log_lines.c.at.desc(), log_lines.c.id.desc())
            .limit(most + 1)
        )
        with self._database.read() as connection:
            rows = [row._mapping for row in connection.execute(query)]
            since = _since(connection, device, now)
        lines = [
            Logged(**{name: row[name] for name in Logged.__dataclass_fields__})
            for row in reversed(rows[:most])
        ]
        if since is not None and len(rows) > most:
            since = max(since, lines[0].at)
        return Log(lines=tuple(lines), since=since)

    def since(self, moment: datetime, most: int = 100_000) -> list[Logged]:
        """Lines of all devices received since then, in the order of receipt."""
        query = select(log_lines).where(log_lines.c.at >= moment).order_by(log_lines.c.id)
        with self._database.read() as connection:
            rows = [row._mapping for row in connection.execute(query.limit(most))]
        return [Logged(**{n: row[n] for n in Logged.__dataclass_fields__}) for row in rows]

    def devices(self) -> frozenset[str]:
        """Devices that have ever sent something."""
        with self._database.read() as connection:
            return frozenset(connection.execute(select(log_cover.c.device)).scalars())

    def prune(self, before: datetime, most: int) -> int:
        """Forget what is older, and of each device all but the newest `most`; how many lines."""
        gone = 0
        old = select(log_lines.c.id).where(log_lines.c.at < before).limit(_BITE)
        while True:
            with self._database.write() as connection:
                bite = connection.execute(delete(log_lines).where(log_lines.c.id.in_(old)))
            gone += bite.rowcount
            if bite.rowcount < _BITE:
                break
        return gone + sum(self._shorten(device, most) for device in self._talkative(most))

    def _talkative(self, most: int) -> list[str]:
        query = select(log_lines.c.device).group_by(log_lines.c.device)
        with self._database.read() as connection:
            return list(connection.execute(query.having(func.count() > most)).scalars())

    def _shorten(self, device: str, most: int) -> int:
        mine = log_lines.c.device == device
        newest = select(log_lines.c.at).where(mine).order_by(log_lines.c.at.desc())
        with self._database.write() as connection:
            oldest = connection.execute(newest.offset(most - 1).limit(1)).scalar_one()
            gone = connection.execute(delete(log_lines).where(mine, log_lines.c.at < oldest))
            late = (log_cover.c.device == device, log_cover.c.since < oldest)
            connection.execute(update(log_cover).where(*late).values(since=oldest))
        return gone.rowcount

    def _beat(self, receiver: str, values: Mapping[str, datetime]) -> None:
        with self._database.write() as connection:
            mine = log_cover.c.receiver == receiver
            connection.execute(update(log_cover).where(mine).values(**values))


def _cover(connection: Connection, device: str, receiver: str, at: datetime, *, anew: bool) -> None:
    mine = (log_cover.c.device == device, log_cover.c.receiver == receiver)
    values: dict[str, datetime] = {"until": at, "since": at} if anew else {"until": at}
    if connection.execute(update(log_cover).where(*mine).values(**values)).rowcount == 0:
        row = {"device": device, "receiver": receiver, "since": at, "until": at}
        connection.execute(insert(log_cover).values(**row))


def _since(connection: Connection, device: str, now: datetime) -> datetime | None:
    """The earliest of the receivers that listen still: what one has, none has missed."""
    query = select(func.min(log_cover.c.since)).where(
        log_cover.c.device == device, log_cover.c.until >= now - timedelta(seconds=ALIVE_S)
    )
    return connection.execute(query).scalar_one_or_none()
