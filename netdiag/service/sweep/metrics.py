"""Sweeps and findings for Prometheus, as they stand in the store, whoever swept. Labels are
bounded: sites of the inventory, rules, ways of answering; never a device or port."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from netdiag.model.sweep import Reach
from netdiag.store.database import Database
from netdiag.store.findings import Findings
from netdiag.store.sweeps import Sweeps


class _Collector:
    def __init__(self, database: Database) -> None:
        self._sweeps = Sweeps(database)
        self._findings = Findings(database)

    def collect(self) -> Iterator[Metric]:
        """As they stand now."""
        devices = GaugeMetricFamily(
            "netdiag_swept_devices", "Devices by what became of the last visit.", labels=["reach"]
        )
        for reach, count in (dict.fromkeys(map(str, Reach), 0) | self._sweeps.reaches()).items():
            devices.add_metric([reach], count)
        yield devices
        found = GaugeMetricFamily(
            "netdiag_findings_open", "Findings that stand open.", labels=["rule", "severity"]
        )
        for (rule, severity), count in self._findings.counts().items():
            found.add_metric([rule, severity], count)
        yield found
        yield from self._runs()

    def _runs(self) -> Iterator[Metric]:
        """Of the last sweep of each site that went to its end; site "": of all."""
        age = GaugeMetricFamily(
            "netdiag_sweep_age_seconds", "Since the last sweep ended.", labels=["site"]
        )
        took = GaugeMetricFamily(
            "netdiag_sweep_duration_seconds", "How long the last sweep took.", labels=["site"]
        )
        now = datetime.now(UTC)
        for run in self._sweeps.latest():
            ended = run.finished_at or now
            age.add_metric([run.site], (now - ended).total_seconds())
            took.add_metric([run.site], (ended - run.started_at).total_seconds())
        yield age
        yield took


def sweep_metrics(database: Database) -> bytes:
    """The text format. Raises StoreError."""
    registry = CollectorRegistry()
    registry.register(_Collector(database))
    return generate_latest(registry)
