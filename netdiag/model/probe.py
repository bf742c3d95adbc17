"""A probe: what can be asked of whom, and how the reply becomes facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from netdiag.model.condition import Condition
from netdiag.model.fact import Value
from netdiag.model.wire import Act, Question
from netdiag.model.words import Consent, Disruption


class TargetKind(StrEnum):
    """Who on the subscriber's path is asked."""

    ACCESS = "access"  # the access device
    BNG = "bng"  # the router that serves him
    UPLINK = "uplink"  # the device above the access device
    PATH = "path"  # every device between the core and the access device, one by one
    SITE = "site"  # the other devices of the same site
    RADIUS = "radius"  # the AAA database
    BILLING = "billing"  # the operator's billing database
    RESOLVER = "resolver"  # every resolver handed to subscribers
    ANCHOR = "anchor"  # every anchor on the Internet
    HERE = "here"  # this host asks the subscriber's address itself
    DEVICE = "device"  # any device: each row of the reply is a thing of its own; in no diagnosis


class Combine(StrEnum):
    """How the values of several targets become one fact. Unknown ones do not count; where one of
    them could turn a share, the first name, any or all, the fact is unknown."""

    ONE = "one"  # a single target
    SHARE_FALSE = "share_false"  # percentage of targets whose value is false
    NAMES_FALSE = "names_false"  # names of the targets whose value is false
    ANY_TRUE = "any_true"
    ALL_TRUE = "all_true"
    MEAN = "mean"
    MAX = "max"
    MIN = "min"


# Each target says true or false; what they say together is the fact.
OF_TRUTHS = (Combine.SHARE_FALSE, Combine.NAMES_FALSE, Combine.ANY_TRUE, Combine.ALL_TRUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Rows whose date in `column` is at most `seconds` from that of the row which `of` names.

    Dates of one table are compared with one another: the device's clock need not be right.
    """

    column: str
    of: Mapping[str, tuple[str, ...]]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Facts that follow from how a place is written: numbers packed into an index, parts of it.

    `pattern` has named groups. A number is `plus` and the sum of the groups times their factors
    (a group that is not there counts 0); a text is a template of the groups.
    """

    of: str  # port, onu_sn or another placeholder
    pattern: str
    numbers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # fact → group → factor
    texts: Mapping[str, str] = field(default_factory=dict)  # fact → template


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """How one fact is read from the rows of a reply. See docs/reference/probe-files.md."""

    fact: str
    read: tuple[str, ...] = ()  # columns; several numbers are added up
    as_: str = ""  # duration, ticks, age, until, mac, serial, speed, number, list, milliwatts,
    # ipv4
    map: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None  # value for what the map does not know
    scale: float = 1.0
    offset: float = 0.0
    percent_of: tuple[str, ...] = ()  # columns (added up), or a placeholder, that are 100 %
    bits: Mapping[str, str] = field(default_factory=dict)  # number of a bit (1 = first) → value
    none: tuple[str, ...] = ()  # raw values that mean "no value"
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    like: Mapping[str, str] = field(default_factory=dict)  # column → regular expression
    within: Mapping[str, str] = field(default_factory=dict)  # date column → seconds
    covers: Mapping[str, str] = field(default_factory=dict)  # date column → seconds
    heard: Mapping[str, str] = field(default_factory=dict)  # column → regular expression
    near: Near | None = None  # rows dated close to one of them
    between: tuple[float, float] | None = None  # what lies outside is no measurement
    share: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of the rows, in per cent
    when_missing: Value = None  # value when the column is missing while `witness` came back
    witness: str = ""
    match: str = ""  # regular expression; its group `value` is read
    pick: str = "first"  # first, last, min, max, sum
    count: bool = False  # number of matching rows
    distinct: str = ""  # number of different values of this column
    when_empty: Value = None  # value when no row matches
    has_empty: bool = False
    when_rows: Value = None  # value when some row matches
    has_rows: bool = False
    combine: Combine = Combine.ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One question and its reading. Vendor knowledge lives here and nowhere else."""

    id: str
    platform: str
    title: str
    transport: str
    target: TargetKind
    ask: Question
    facts: tuple[Extract, ...]
    stage: int
    cost: int  # 1 stored .. 5 acts on the service (catalogue)
    disruption: Disruption = Disruption.NONE
    consent: Consent = Consent.NONE
    needs: tuple[str, ...] = ()  # placeholders that must have a value
    when: tuple[Condition, ...] = ()  # asked only while none of these is false
    after: tuple[str, ...] = ()  # probes that come first; it fills only what they leave unknown
    only: tuple[str, ...] = ()  # models of its platform that it is meant for; none: all
    silent: Mapping[str, Value] = field(default_factory=dict)  # facts when nobody answers at all
    expect: Mapping[str, str] = field(default_factory=dict)  # column → text that must come back
    needs_rows: bool = False  # a reply without any row means that the table is not served
    act: Act | None = None  # changes the device, for a while; `ask` reads what came of it
    outage_s: float = 0.0  # how long the subscriber is without service because of it
    timeout_s: float = 2.0
    source: str = ""
    proven: tuple[str, ...] = ()
    origin: str = ""
    yields: tuple[str, ...] = field(init=False)  # names of the facts it can give

    def __post_init__(self) -> None:
        object.__setattr__(self, "yields", tuple(extract.fact for extract in self.facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A family of devices: how to know it, whose probes it inherits, how to treat it gently.

    A model that needs other care is a platform of its own, `family/model`.
    """

    id: str
    title: str
    inherits: tuple[str, ...] = ()
    sys_object_ids: tuple[str, ...] = ()
    sys_descr: str = ""
    descr_alone: str = ""  # by which an agent without sysObjectID is known
    transports: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)  # if_index: "{port}"
    addresses: tuple[Address, ...] = ()  # the first that fits gives its facts
    without: tuple[str, ...] = ()  # inherited probes that this platform cannot serve
    broken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # probe → facts that lie
    notes: str = ""
    origin: str = ""

    @property
    def family(self) -> str:
        """The platform itself, or that of which this is a model."""
        return self.id.partition("/")[0]

    @property
    def given(self) -> tuple[str, ...]:
        """Names of the facts that follow from how a place is written."""
        packed = (name for one in self.addresses for name in (*one.numbers, *one.texts))
        return tuple(dict.fromkeys((*self.params, *packed)))

    @property
    def is_model(self) -> bool:
        """Is it a model of a platform?"""
        return "/" in self.id
