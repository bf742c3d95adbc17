"""Can we reach the devices: one ping and one cheap question over each transport, side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.fact import Facts
from netdiag.model.subscriber import Device
from netdiag.model.wire import Answer, Deadline, NoAnswer, Ping, Question, SshCommand, Target
from netdiag.model.words import AbsenceReason, Consent, Disruption
from netdiag.probing.plan import LOGINS, has_login
from netdiag.probing.render import NoValueError, Params, render
from netdiag.service.app import App
from netdiag.service.targets import of_device

AT_ONCE = 32
_PATIENCE_S = 5.0  # for one question; an SSH login of an old switch takes a few seconds
_NO_PING = "answers, but not to ping: let ICMP echo from this host through"
_MENDS: Mapping[AbsenceReason, str] = {
    AbsenceReason.ACCESS_DENIED: "correct its credentials in netdiag.yaml, or its rights there",
    AbsenceReason.NOT_REACHABLE: "check its address and port, the route and its list of managers",
    AbsenceReason.TIMED_OUT: "check its address, the route, firewalls, and the community",
    AbsenceReason.NOT_IN_INVENTORY: "add credentials for it to netdiag.yaml",
}
_LOOK = "try it by hand: netdiag probes try {device}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One device: how each way to it went (`ok` or the reason), what is wrong, and the mend."""

    device: str
    platform: str
    ways: Mapping[str, str]
    text: str
    mends: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Nothing is to mend."""
        return not self.mends


def sample(devices: tuple[Device, ...], most: int) -> tuple[Device, ...]:
    """At most so many, in turn of every platform, role and credentials that there is."""
    if len(devices) <= most:
        return devices
    groups: dict[tuple[str, str, str], list[Device]] = {}
    for device in devices:
        key = (device.platform, device.role, device.credentials)
        groups.setdefault(key, []).append(device)
    in_turn = chain.from_iterable(zip_longest(*groups.values()))
    return tuple(d for d in in_turn if d is not None)[:most]


async def reach(app: App, devices: tuple[Device, ...], deadline: Deadline) -> list[Reached]:
    """Try every device, many at once; those that are not reached in time are said so."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(device: Device) -> Reached:
        async with slots:
            return await _one(app, device, deadline)

    return await asyncio.gather(*(one(device) for device in devices))


async def _one(app: App, device: Device, deadline: Deadline) -> Reached:
    try:
        target = of_device(device, app.settings, app.content)
    except ContentError as error:
        mend = "mend the options of the device in the inventory"
        return Reached(device=device.id, platform="", ways={}, text=str(error), mends=(mend,))
    asked = dict(_questions(target, app.content))
    replies = await asyncio.gather(
        *(_ask(app, name, target, question, deadline) for name, question in asked.items())
    )
    return _told(target, dict(zip(asked, replies, strict=True)))


async def _ask(
    app: App, transport: str, target: Target, question: Question, deadline: Deadline
) -> Answer | NoAnswer:
    limit = deadline.at_most(_PATIENCE_S)
    if limit.remaining <= 0:
        why, detail = (
            AbsenceReason.NOT_ASKED,
            f"{target.device} was not tried: time was up. Give a longer --deadline.",
        )
        return NoAnswer(why=why, detail=detail)
    return await app.wires.ask(transport, target, question, limit)


def _questions(target: Target, content: Content) -> Iterator[tuple[str, Question]]:
    yield "icmp", Ping(address=target.host, count=2, interval_s=0.2, timeout_s=1.0)
    platform = content.platforms.get(target.platform)
    for transport in (platform.transports if platform else ()) or LOGINS:
        question = _cheapest(transport, target, content) if transport in LOGINS else None
        if question is not None and has_login(transport, target):
            yield transport, question


def _cheapest(transport: str, target: Target, content: Content) -> Question | None:
    """The cheapest harmless question that the content knows for this platform. Where all speak of
    a port it is port 1: that it has none by that name is an answer too."""
    own = {"host": target.host, "device": target.device, "port": "1"}
    own |= {f"option.{name}": value for name, value in target.options.items()}
    probes = content.probes_of(target.platform)
    for probe in sorted(probes, key=lambda one: (one.cost, len(one.needs))):
        harmless = probe.consent is Consent.NONE and probe.disruption is Disruption.NONE
        if probe.transport != transport or not harmless:
            continue
        try:
            question = render(probe.ask, Params(own, Facts()))
        except NoValueError:
            continue
        if isinstance(question, SshCommand):
            return replace(question, textfsm=None, json=False, lines=None)
        return question
    return None


def _told(target: Target, replies: Mapping[str, Answer | NoAnswer]) -> Reached:
    ping, logins = replies["icmp"], {n: r for n, r in replies.items() if n != "icmp"}
    bad = [reply for reply in logins.values() if isinstance(reply, NoAnswer) and not _let_in(reply)]
    if not logins:
        detail = f"no credentials are configured for {target.device}"
        bad = [NoAnswer(why=AbsenceReason.NOT_IN_INVENTORY, detail=detail)]
    texts = [reply.detail for reply in bad]
    mends = [_MENDS.get(reply.why, _LOOK.format(device=target.device)) for reply in bad]
    if _lost(ping) and logins and not bad:
        texts, mends = [_NO_PING], [_NO_PING.partition(": ")[2]]
    ways = {"icmp": "lost" if _lost(ping) else _way(ping)}
    return Reached(
        device=target.device,
        platform=target.platform,
        ways=ways | {name: _way(reply) for name, reply in logins.items()},
        text=" ".join(texts) or "answers",
        mends=tuple(dict.fromkeys(mends)),
    )


def _let_in(reply: NoAnswer) -> bool:
    """A device that does not know the question has let us in all the same."""
    return reply.why is AbsenceReason.NOT_SUPPORTED and not reply.at_the_door


def _lost(ping: Answer | NoAnswer) -> bool:
    return isinstance(ping, Answer) and bool(ping.rows) and ping.rows[0].get("received") == 0


def _way(reply: Answer | NoAnswer) -> str:
    return str(reply.why) if isinstance(reply, NoAnswer) and not _let_in(reply) else "ok"
