"""What a customer may see of his own line: is there a fault, whose, what now, by when. No more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from netdiag.locale.words import translator
from netdiag.model.outage import Outage
from netdiag.model.subscriber import Subscriber
from netdiag.model.words import Grade, Side
from netdiag.service.diagnosis.routing import Router, zone_name
from netdiag.service.diagnosis.wording import when
from netdiag.service.outages.words import outage_sentence
from netdiag.settings import LANGUAGES

Json = dict[str, Any]
_OLD = timedelta(days=7)

HEADLINES = {
    Side.PROVIDER: "The fault is on our side.",
    Side.SUBSCRIBER: "The cause is in your home or your equipment.",
    Side.ACCOUNT: "It is about your account.",
    Side.NONE: "We see no fault on your line.",
    Side.UNDETERMINED: "We are still looking for the cause.",
}
OUTAGE = "There is an outage in your area."
UNKNOWN = "We have not checked your line lately."
_OPEN = (Side.PROVIDER, Side.UNDETERMINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerView:
    """The page as words in one language. Holds no id, address, device or other person."""

    language: str
    state: str  # fault, home, account, fine, unknown: for a colour, never the only sign
    headline: str
    texts: tuple[str, ...]  # what it is, and what to do now
    by: str | None  # until when, as a sentence
    checked: str | None
    phone: str | None


def customer_view(
    found: Json, router: Router, language: str, now: datetime, phone: str | None = None
) -> CustomerView:
    """`found`: subscriber, open outage and last diagnosis, as `Daemon.status_of` gives them."""
    subscriber: Subscriber = found["subscriber"]
    outage: Outage | None = found["outage"]
    zone = zone_name(subscriber.timezone, router.timezone)
    if outage is not None:
        return _behind(outage, language, zone, phone)
    last: Json | None = found["last"]
    if last is None or now - datetime.fromisoformat(last["finished_at"]) > _OLD:
        return _unchecked(language, phone)
    return _judged(last, router, language, zone, now, phone)


def language_of(subscriber: Subscriber, usual: str, asked: str | None) -> str:
    """The language that was asked for, else his own, else the provider's."""
    own = subscriber.language if subscriber.language in LANGUAGES else usual
    return asked if asked in LANGUAGES else own


def _behind(outage: Outage, language: str, zone: str, phone: str | None) -> CustomerView:
    """The outage's own text wins; without one, what its cause lets us say."""
    say = translator(language)
    text = outage.say.get(language) or outage_sentence(outage, language, zone)
    by = None
    if outage.expected_end is not None and outage.say.get(language):
        end = when(outage.expected_end, language, zone)
        by = f"{say('Expected end')}: {end}"
    return CustomerView(
        language=language,
        state="fault",
        headline=say(OUTAGE),
        texts=(text, say("Nobody needs to come to you, and you need not call.")),
        by=by,
        checked=None,
        phone=phone,
    )


def _unchecked(language: str, phone: str | None) -> CustomerView:
    say = translator(language)
    return CustomerView(
        language=language,
        state="unknown",
        headline=say(UNKNOWN),
        texts=(say("If something does not work, please call us: we look at once."),),
        by=None,
        checked=None,
        phone=phone,
    )


def _judged(
    last: Json, router: Router, language: str, zone: str, now: datetime, phone: str | None
) -> CustomerView:
    say = translator(language)
    side = Side(last["verdict"]["side"])
    texts = [str(last["say"].get(language) or last["say"]["en"])]
    if last["verdict"]["grade"] != Grade.CERTAIN and side in (Side.PROVIDER, Side.SUBSCRIBER):
        texts.append(say("This is what we see so far; it is not certain yet."))
    visit = router.visit_text(last["route"]["desk"], last["verdict"]["fault"]).get(language)
    if visit and side is not Side.NONE:
        texts.append(visit)
    checked = when(datetime.fromisoformat(last["finished_at"]), language, zone)
    return CustomerView(
        language=language,
        state=_STATES[side],
        headline=say(HEADLINES[side]),
        texts=tuple(texts),
        by=_by(last, side, language, zone, now),
        checked=f"{say('Checked')}: {checked}",
        phone=phone,
    )


_STATES = {
    Side.PROVIDER: "fault",
    Side.SUBSCRIBER: "home",
    Side.ACCOUNT: "account",
    Side.NONE: "fine",
    Side.UNDETERMINED: "unknown",
}


def _by(last: Json, side: Side, language: str, zone: str, now: datetime) -> str | None:
    """Our deadline, where the work is ours; one that has passed is said to have passed."""
    due = last["route"].get("due_at")
    if side not in _OPEN or due is None:
        return None
    say = translator(language)
    moment = datetime.fromisoformat(due)
    if moment <= now:
        return say("The time that we had named has passed. Please call us.")
    due_text = when(moment, language, zone)
    if due_text in str(last["say"].get(language)):
        return None  # the sentence says it already
    return f"{say('We expect to finish by')}: {due_text}"
