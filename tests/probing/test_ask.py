"""One question to many targets: what they say together is no more than what they said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from netdiag.model.content import Content
from netdiag.model.fact import Facts
from netdiag.model.probe import Combine, Probe
from netdiag.model.scene import Scene
from netdiag.model.subscriber import Attachment, Subscriber
from netdiag.model.wire import Answer, Deadline, NoAnswer, Target
from netdiag.model.words import AbsenceReason, Outcome
from netdiag.probing.ask import Asked, ask_all
from netdiag.probing.plan import Errand

BUSY = NoAnswer(why=AbsenceReason.NOT_ASKED, detail="its queue was full")
SILENT = NoAnswer(why=AbsenceReason.TIMED_OUT, detail="silence")
GOOD, BAD = Answer(rows=({"rcode": "NOERROR"},)), Answer(rows=({"rcode": "SERVFAIL"},))


async def ask_resolvers(
    content: Content, replies: list[Answer | NoAnswer], how: Combine = Combine.ANY_TRUE
) -> Asked:
    probe: Probe = next(p for p in content.probes if (p.platform, p.id) == ("dns", "resolver"))
    probe = replace(probe, facts=tuple(replace(one, combine=how) for one in probe.facts[:1]))
    targets = tuple(
        Target(device=f"ns{n}", host=f"127.0.0.{n}", platform="dns") for n in range(len(replies))
    )

    async def ask(transport, target, question, deadline):
        return replies[targets.index(target)]

    return await ask_all(
        Errand(probe=probe, targets=targets),
        Facts(),
        Scene(
            subscriber=Subscriber(id="x"),
            attachment=Attachment(),
            params={"dns_name": "isp.example"},
        ),
        content,
        ask,
        Deadline.after(1),
        lambda: datetime.now(UTC),
        UTC,
    )


@pytest.mark.parametrize(
    ("how", "replies", "value"),
    [
        (Combine.ANY_TRUE, [BAD, BUSY], None),  # the one that was not asked may be well
        (Combine.ANY_TRUE, [GOOD, BUSY], True),
        (Combine.ANY_TRUE, [BAD, SILENT], False),
        (Combine.ANY_TRUE, [BUSY, BUSY], None),
        (Combine.ALL_TRUE, [GOOD, BUSY], None),
        (Combine.ALL_TRUE, [BAD, BUSY], False),
        (Combine.ALL_TRUE, [GOOD, GOOD], True),
        (Combine.SHARE_FALSE, [BAD, GOOD], 50.0),
        (Combine.SHARE_FALSE, [BAD, BUSY], None),  # 50 or 100
        (Combine.NAMES_FALSE, [GOOD, BAD], ("ns1",)),
        (Combine.NAMES_FALSE, [BUSY, BAD], None),  # a nearer one may be silent too
        (Combine.NAMES_FALSE, [BAD, BUSY], ("ns0",)),
        (Combine.NAMES_FALSE, [GOOD, BUSY], None),  # nobody is silent, as far as is known
    ],
)
async def test_a_target_that_was_not_asked_is_neither_well_nor_ill(
    content: Content, how: Combine, replies: list[Answer | NoAnswer], value: object
) -> None:
    asked = await ask_resolvers(content, replies, how)
    known = [getattr(reading, "value", None) for reading in asked.readings]
    assert known == [value]


async def test_a_probe_without_a_fact_says_why(content: Content) -> None:
    asked = await ask_resolvers(content, [Answer(rows=())])
    assert asked.run.outcome is Outcome.ABSENT
    assert asked.run.why is not None
