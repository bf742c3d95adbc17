"""What comes in and what is not told, for Prometheus. Labels are bounded."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from netdiag.service.watch.watching import Watching


class _Collector:
    def __init__(self, watching: Watching) -> None:
        self._watching = watching

    def collect(self) -> Iterator[Metric]:
        """As they stand now."""
        evidence, loops = self._watching.evidence, self._watching.loops
        events = CounterMetricFamily("netdiag_events", "Events taken in.", labels=["kept"])
        events.add_metric(["new"], evidence.taken)
        events.add_metric(["again"], evidence.repeated)
        yield events
        yield from self._traps()
        yield GaugeMetricFamily(
            "netdiag_watch_leads",
            "1 where outages are inferred and told: in one process of a store.",
            value=int(self._watching.leading.leads),
        )
        if loops is not None:
            inference = loops.inference
            yield CounterMetricFamily(
                "netdiag_events_judged", "Events that inference has read.", value=inference.seen
            )
            strangers = inference.watch.strangers if inference.watch else 0
            yield GaugeMetricFamily(
                "netdiag_events_of_nobody", "Events of subjects without a place.", value=strangers
            )
        yield GaugeMetricFamily(
            "netdiag_redundancy_lost",
            "Resources that are gone while all behind them have another path.",
            value=len(self._watching.redundancy.now()),
        )

    def _traps(self) -> Iterator[Metric]:
        listener = self._watching.traps
        if listener is None:
            return
        traps = CounterMetricFamily("netdiag_traps", "SNMP notifications.", labels=["fate"])
        for fate, count in dict(listener.counts.fates).items():
            traps.add_metric([str(fate)], count)
        yield traps
        lost = CounterMetricFamily(
            "netdiag_trap_datagrams_lost", "Datagrams that found no room.", labels=["where"]
        )
        lost.add_metric(["kernel"], listener.mailbox.lost_in_kernel)
        lost.add_metric(["receiver"], listener.mailbox.lost_here)
        yield lost


def watch_metrics(watching: Watching) -> bytes:
    """The text format."""
    registry = CollectorRegistry()
    registry.register(_Collector(watching))
    return generate_latest(registry)
