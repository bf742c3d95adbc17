"""Read one reply by one probe, as the engine does."""

from __future__ import annotations

from collections.abc import Mapping

from netdiag.model.content import Content
from netdiag.model.fact import Absence, Fact, Facts, Reading, Source
from netdiag.model.probe import Probe
from netdiag.model.wire import Answer, NoAnswer, Question
from netdiag.probing.extract import Circumstances, extract
from netdiag.probing.render import Params, render
from tests.conftest import NOW


def probe_of(content: Content, platform: str, probe_id: str) -> Probe:
    """The probe that a device of this platform is asked."""
    return next(p for p in content.probes_of(platform) if p.id == probe_id)


def question_of(probe: Probe, given: Mapping[str, str]) -> Question:
    """The question with the placeholders filled in."""
    return render(probe.ask, Params(given, Facts()))


def read(
    content: Content, probe: Probe, reply: Answer | NoAnswer, given: Mapping[str, str]
) -> dict[str, Reading]:
    """Readings by fact."""
    source = Source(transport=probe.transport, probe=probe.id, query="", device="sw-lenina-3")
    at = Circumstances(params=Params(given, Facts()), now=NOW, source=source)
    return {r.name: r for r in extract(probe, reply, content.vocabulary, at)}


def value_of(reading: Reading | None) -> object:
    """The value, or the reason for which there is none in angle brackets."""
    if isinstance(reading, Fact):
        return reading.value
    return f"<{reading.why}>" if isinstance(reading, Absence) else None
