"""The use case: a subscriber in, an explained verdict out."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from netdiag.inventory.inventory import Inventory
from netdiag.model.content import Content
from netdiag.model.fact import Facts
from netdiag.model.kept import Kept
from netdiag.model.scene import Scene
from netdiag.model.subscriber import Attachment, Subscriber
from netdiag.model.verdict import Diagnosis, ProbeRun, Verdict
from netdiag.model.wire import Answer, Deadline, NoAnswer, Question, Target
from netdiag.model.words import AccessKind, Side
from netdiag.probing.plan import Errand
from netdiag.probing.run import Probed, Run
from netdiag.service.diagnosis.history import add_to, past_of
from netdiag.service.diagnosis.routing import Router, case_of, zone_name
from netdiag.service.diagnosis.scene import set_scene
from netdiag.service.diagnosis.seen_at import place_for
from netdiag.service.locate.search import Parts
from netdiag.service.patience import look_up
from netdiag.service.touch import consent
from netdiag.service.touch.consent import Party
from netdiag.service.touch.touch import Toucher
from netdiag.settings import Settings
from netdiag.store.history import History
from netdiag.store.readings import Place, Readings
from netdiag.triage.judge import Scored, judge
from netdiag.triage.outlook import wanted

Ask = Callable[[str, Target, Question, Deadline], Awaitable[Answer | NoAnswer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for one subscriber."""

    ticket: str | None = None
    symptom: str | None = None
    named_site: str | None = None  # the site that he says he cannot open
    deadline_s: float | None = None
    deep: bool = False
    disruptive: bool = False
    not_before: datetime | None = None  # readings from before a repair say nothing of after it
    who: str = "cli"


@dataclass(slots=True, kw_only=True)
class Diagnoser:
    """Diagnoses subscribers with one set of parts. Made once, used many times."""

    settings: Settings
    content: Content
    inventory: Inventory
    readings: Readings
    ask: Ask
    router: Router
    history: History | None = None
    touch: Toucher | None = None
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def deadline(self, request: Request) -> Deadline:
        """By when the whole answer is wanted, from now."""
        usual = self.settings.deadline_s
        return Deadline.after(request.deadline_s or consent.deadline_s(usual, request.disruptive))

    async def diagnose(
        self, subscriber: Subscriber, request: Request, deadline: Deadline | None = None
    ) -> Diagnosis:
        """Probe and judge one subscriber. Raises UnknownSubscriberError when he has no place,
        InventoryUnavailableError when the inventory does not tell it before the deadline."""
        started = self.clock()
        deadline = deadline or self.deadline(request)
        scene = await self._scene(subscriber, request, started, deadline)
        run = Run(
            content=self.content,
            scene=scene,
            ask=self._asking(scene, request),
            wanted=self._wish(request),
            deadline=deadline,
            audit=lambda errand: self._audit(errand, scene, request),
            zone=ZoneInfo(self.settings.timezone),
            clock=self.clock,
        )
        probed = await run.go()
        probed, verdict = await self._judged(probed, scene, deadline)
        finished = self.clock()
        case = case_of(
            verdict, tariff=subscriber.tariff_class, site=scene.site, access=subscriber.access
        )
        await asyncio.to_thread(self._keep, scene, probed, verdict.side)
        if self.touch is not None:
            party = Party(who=request.who, ticket=request.ticket, disruptive=request.disruptive)
            await asyncio.to_thread(
                consent.record, self.touch.journal, probed.runs, self.content, scene, party
            )
        return Diagnosis(
            id=str(uuid.uuid4()),
            subscriber=subscriber.id,
            ticket=request.ticket,
            started_at=started,
            finished_at=finished,
            attachment=scene.attachment,
            path=scene.path,
            facts=probed.facts,
            verdict=verdict,
            routing=self.router.route(case, finished, subscriber.timezone),
            probes=probed.runs,
            demarcation=self.settings.demarcation,
            learned=self.content.learned,
            language=_language(subscriber, self.settings),
            timezone=zone_name(subscriber.timezone, self.settings.timezone),
            tariff=case.tariff,
            site=case.site,
            access=case.access,
        )

    async def _scene(
        self, subscriber: Subscriber, request: Request, now: datetime, deadline: Deadline
    ) -> Scene:
        place = place_of(subscriber, subscriber.attachment or Attachment())
        stored = await asyncio.to_thread(self.readings.earlier, place, now)
        if request.not_before is not None:
            stored = tuple(one for one in stored if one.measured_at >= request.not_before)
        past = await asyncio.to_thread(
            past_of, self.history, place, self.content, now, self.settings.timezone
        )
        work = partial(
            set_scene,
            subscriber,
            self.inventory,
            self.settings,
            self.content,
            now,
            stored,
            request.symptom,
            past,
            named_site=request.named_site,
            deep=request.deep,
            disruptive=request.disruptive,
        )
        return await look_up(work, self.inventory, deadline)

    def _wish(self, request: Request) -> Callable[[Facts], dict[str, float]]:
        return partial(
            wanted,
            content=self.content,
            demarcation=self.settings.demarcation,
            deep=request.deep,
            kept=Kept[Scored](),
        )

    async def _audit(self, errand: Errand, scene: Scene, request: Request) -> bool:
        return await asyncio.to_thread(
            self.readings.record,
            who=request.who,
            what=errand.probe.id,
            device=scene.attachment.device or "",
            port=scene.attachment.port or "",
            why=f"diagnosis of {scene.subscriber.id}; --disruptive {request.disruptive}",
        )

    async def _judged(
        self, probed: Probed, scene: Scene, deadline: Deadline
    ) -> tuple[Probed, Verdict]:
        """The verdict; where it is about another port, on which one he is seen is found out."""
        verdict = judge(probed.facts, self.content, self.settings.demarcation)
        parts = Parts(
            settings=self.settings, content=self.content, inventory=self.inventory, ask=self.ask
        )
        place = await place_for(verdict, probed.facts, scene, parts, deadline)
        if place is None:
            return probed, verdict
        facts = probed.facts.plus([place])
        return replace(probed, facts=facts), judge(facts, self.content, self.settings.demarcation)

    def _keep(self, scene: Scene, probed: Probed, side: Side) -> None:
        place = place_of(scene.subscriber, scene.attachment)
        self.readings.keep(place, probed.kept)
        add_to(self.history, place, probed.facts, side)

    def _asking(self, scene: Scene, request: Request) -> Ask:
        who = Party(who=request.who, ticket=request.ticket, disruptive=request.disruptive)
        return consent.asking(self.ask, self.touch, scene, who)


def place_of(subscriber: Subscriber, at: Attachment) -> Place:
    """Under what the store keeps this subscriber's readings."""
    return Place(device=at.device or "", port=at.port or "", subscriber=subscriber.id)


def judged_again(
    facts: Facts,
    diagnoser_parts: tuple[Settings, Content],
    *,
    subscriber: str,
    attachment: Attachment | None,
    started: datetime,
    finished: datetime,
    probes: tuple[ProbeRun, ...] = (),
    language: str = "en",
    timezone: str | None = None,
    ticket: str | None = None,
    path: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    tariff: str | None = None,
    site: str | None = None,
    access: AccessKind | None = None,
    router: Router | None = None,
) -> Diagnosis:
    """A diagnosis from saved facts with today's rules and routes; no network, no clock.

    `router`: made of the settings when not given; give it when there are many."""
    settings, content = diagnoser_parts
    verdict = judge(facts, content, settings.demarcation)
    router = router or Router.open(settings, content)
    case = case_of(verdict, tariff=tariff, site=site, access=access)
    return Diagnosis(
        id=str(uuid.uuid4()),
        subscriber=subscriber,
        ticket=ticket,
        started_at=started,
        finished_at=finished,
        attachment=attachment,
        path=path,
        facts=facts,
        verdict=verdict,
        routing=router.route(case, finished, timezone),
        probes=probes,
        demarcation=settings.demarcation,
        learned=content.learned,
        language=language,
        timezone=zone_name(timezone, settings.timezone),
        tariff=tariff,
        site=site,
        access=access,
        notes=notes,
    )


def _language(subscriber: Subscriber, settings: Settings) -> str:
    language = subscriber.language or settings.language
    return language if language in ("en", "ru", "fa") else settings.language
