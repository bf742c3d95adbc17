"""Outages as alerts of Prometheus Alertmanager, API v2.

Labels are an alert's identity: few and stable. Counts and lists stand in annotations. A firing
alert is sent again and again (Alertmanager forgets one that is not); one that is over is sent as
resolved for five minutes more, so that a restarted Alertmanager learns of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from netdiag.model.secret import Secret
from netdiag.notify.webhook import NotDeliveredError, RefusedError

ALERT = "NetdiagOutage"
CUT_OFF = "NetdiagCutOff"  # one per device behind it, to inhibit what others say of that device
WEAKENED = "NetdiagRedundancyLost"  # nobody is cut off, and one more fault would do it
RESOLVED_FOR = timedelta(minutes=5)
_FIRING_FOR = timedelta(minutes=10)  # not sent again for so long, Alertmanager takes it for over
_TIMEOUT_S = 10.0
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert. `ended_at`: when it was over; None while it fires."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=dict)
    started_at: datetime
    ended_at: datetime | None = None
    link: str = ""


def due(told: Iterable[Alert], wanted: Iterable[Alert], now: datetime) -> tuple[Alert, ...]:
    """What is to be sent now: all that fires, and what fired and does so no more, until it has
    been told as resolved for five minutes. What is returned is what was `told` next time."""
    firing = {_identity(alert): alert for alert in wanted}
    over = []
    for alert in told:
        if _identity(alert) in firing:
            continue
        ended = alert.ended_at or now
        if now - ended < RESOLVED_FOR:
            over.append(
                Alert(
                    labels=alert.labels,
                    annotations=alert.annotations,
                    started_at=alert.started_at,
                    ended_at=ended,
                    link=alert.link,
                )
            )
    return (*firing.values(), *over)


def _identity(alert: Alert) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(alert.labels.items()))


class Alertmanager:
    """All instances of one Alertmanager: each is told, since they do not tell one another."""

    def __init__(self, urls: tuple[str, ...], bearer: Secret | None = None) -> None:
        self._urls = tuple(url.rstrip("/") + "/api/v2/alerts" for url in urls)
        headers = {"authorization": f"Bearer {bearer.reveal()}"} if bearer else {}
        self._client = httpx.AsyncClient(timeout=_TIMEOUT_S, headers=headers)

    async def send(self, alerts: Iterable[Alert], now: datetime) -> None:
        """POST them to every instance.

        Raises RefusedError when they are wrong, NotDeliveredError when no instance took them.
        """
        body = [_body(alert, now) for alert in alerts]
        if not body:
            return
        replies = await asyncio.gather(*(self._post(url, body) for url in self._urls))
        if not any(reply == "" for reply in replies):
            refused = next((r for r in replies if r.startswith("refused")), None)
            if refused is not None:
                raise RefusedError(f"Alertmanager {refused}")
            raise NotDeliveredError(f"Alertmanager cannot be reached: {replies[0]}")

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    async def _post(self, url: str, body: list[Json]) -> str:
        try:
            reply = await self._client.post(url, json=body)
        except httpx.HTTPError as error:
            return str(error) or type(error).__name__
        if reply.is_success:
            return ""
        if reply.is_client_error:
            return f"refused the alerts with {reply.status_code}"
        return f"it answered {reply.status_code}"


def _body(alert: Alert, now: datetime) -> Json:
    return {
        "labels": dict(alert.labels),
        "annotations": {name: text for name, text in alert.annotations.items() if text},
        "startsAt": alert.started_at.isoformat(),
        "endsAt": (alert.ended_at or now + _FIRING_FOR).isoformat(),
        "generatorURL": alert.link,
    }
