"""What netdiag counts, for Prometheus. Labels are bounded: never a subscriber, address or port."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

Json = dict[str, Any]
disable_created_metrics()  # type: ignore[no-untyped-call]  # they double the series and tell nothing that is used
# RFC 9110 and 5789; any other word is a stranger's, and there are very many.
_METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}
_SECONDS = (0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What only the store knows."""

    outages: int  # open ones
    jobs: Mapping[str, int]  # by state
    oldest_s: float  # age of the oldest unfinished work


class Metrics:
    """One registry for one daemon."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        registry = self._registry
        self._diagnoses = Counter(
            "netdiag_diagnoses", "Diagnoses given.", ["side", "grade", "segment"], registry=registry
        )
        self._duration = Histogram(
            "netdiag_diagnosis_duration_seconds",
            "From the first question to the verdict.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._probes = Counter(
            "netdiag_probes",
            "Probes sent or left out.",
            ["transport", "outcome"],
            registry=registry,
        )
        self._known = Counter(
            "netdiag_known_outage_answers",
            "Answers given from the register of outages.",
            registry=registry,
        )
        self._requests = Counter(
            "netdiag_http_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=registry,
        )
        self._reloads = Counter(
            "netdiag_reloads", "Reloads of configuration.", ["outcome"], registry=registry
        )
        self._waiting = Gauge(
            "netdiag_diagnoses_waiting",
            "Accepted for the sites of this process and not finished.",
            registry=registry,
        )
        self._outages = Gauge(
            "netdiag_outages_open", "Outages that are not cleared.", registry=registry
        )
        self._store = Gauge("netdiag_store_up", "1 when the store answers.", registry=registry)
        self._jobs = Gauge("netdiag_jobs", "Durable work by state.", ["state"], registry=registry)
        self._workers = Gauge(
            "netdiag_workers", "Processes that live, by site.", ["site"], registry=registry
        )
        self._oldest = Gauge(
            "netdiag_oldest_unfinished_job_seconds",
            "Age of the oldest unfinished work.",
            registry=registry,
        )

    def workers(self, site: str, count: int) -> None:
        """How many processes carry out the work of a site now."""
        self._workers.labels(site=site).set(count)

    def diagnosed(self, document: Json) -> None:
        """Count one diagnosis and its probes."""
        verdict = document["verdict"]
        self._diagnoses.labels(
            side=verdict["side"], grade=verdict["grade"], segment=verdict["segment"] or "none"
        ).inc()
        self._duration.observe(document["duration_s"])
        for run in document["probes"]:
            self._probes.labels(transport=run["transport"], outcome=run["outcome"]).inc()

    def answered_known(self) -> None:
        """Count an answer that needed no probe."""
        self._known.inc()

    def request(self, method: str, route: str, status: int) -> None:
        """Count a request by the pattern of its route, never by its path."""
        method = method if method in _METHODS else "other"
        self._requests.labels(method=method, route=route, status=str(status)).inc()

    def reloaded(self, *, well: bool) -> None:
        """Count a reload."""
        self._reloads.labels(outcome="ok" if well else "refused").inc()

    def shown(self, *, waiting: int, kept: Kept | None) -> bytes:
        """The text format, with these values of now; without the store what it keeps is NaN."""
        self._waiting.set(waiting)
        self._store.set(kept is not None)
        self._outages.set(math.nan if kept is None else kept.outages)
        self._oldest.set(math.nan if kept is None else kept.oldest_s)
        self._jobs.clear()
        for state, count in kept.jobs.items() if kept else ():
            self._jobs.labels(state=state).set(count)
        return generate_latest(self._registry)
