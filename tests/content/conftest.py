"""A small, complete content to break in one place at a time."""

from pathlib import Path

import pytest

FILES = {
    "probes/vocabulary/port.yaml": """\
facts:
  ref.auth_kind:
    {type: "enum(pppoe,dhcp)", kind: ref, meaning: How, label: {en: Service, ru: Услуга, fa: سرویس}}
  port.oper_status:
    type: enum(up,down)
    kind: live
    meaning: Link
    label: {en: Link, ru: Линк, fa: لینک}
  port.fcs_errors:
    {type: counter32, kind: live, meaning: Errors, label: {en: E, ru: О, fa: خ}, keep: true}
  port.speed_mbps: {type: int, kind: live, meaning: Speed, label: {en: S, ru: С, fa: س}}
  fdb.other_mac: {type: mac|null, kind: live, meaning: Other, label: {en: M, ru: М, fa: م}}
  service.up:
    type: bool
    kind: derived
    meaning: Up
    label: {en: Service, ru: Услуга, fa: سرویس}
    cases:
      - {when: ["port.oper_status == up"], value: true}
      - {when: ["port.oper_status == down"], value: false}
""",
    "probes/generic/platform.yaml": "platform: generic\ntitle: Any\n",
    "probes/generic/port-status.yaml": """\
probe: port-status
title: Link
transport: snmp
target: access
stage: 3
cost: 2
ask: {get: {oper: "1.3.6.1.2.1.2.2.1.8.{port}"}}
facts:
  port.oper_status: {read: oper, map: {1: up, 2: down}}
""",
    "rules/thresholds.yaml": "thresholds: {slow: {value: 100, unit: Mbit/s}}\n",
    "rules/desks.yaml": (
        "routes: {line: {desk: field.line, priority: P3, hours: 24, text: {en: a, ru: b, fa: c}}}\n"
    ),
    "rules/scale.yaml": """\
lead_db: 10
clip_db: 20
excluded_db: -30
cost:
  provider: {provider: 0, subscriber: 120, account: 80}
  subscriber: {provider: 200, subscriber: 0, account: 40}
  account: {provider: 200, subscriber: 60, account: 0}
hand_over: {provider: 22, subscriber: 22, account: 22}
""",
    "rules/drop/link-down.yaml": """\
fault: provider.line.link-down
rank: 10
side: provider
segment: drop
category: technical
severity: major
probable_cause: lossOfSignal
title: {en: No link, ru: Нет линка, fa: بی‌لینک}
require:
  - {if: port.oper_status == down, db: 12, family: link}
support:
  - port.speed_mbps < $slow
refute:
  - service.up == true
route: line
sla: B
visit: true
say: {en: "By {due}", ru: "До {due}", fa: "تا {due}"}
next_steps: {en: [Look], ru: [Смотри], fa: [ببین]}
examples:
  - {expect: match, facts: {port.oper_status: down}}
  - {expect: no_match, facts: {port.oper_status: up}}
  - {expect: unknown, facts: {}}
""",
    "rules/undetermined/no-data.yaml": """\
fault: undetermined.no-data
rank: 99
side: undetermined
category: technical
severity: indeterminate
probable_cause: other
title: {en: Not enough, ru: Мало данных, fa: داده کم}
fallback: true
route: line
sla: B
visit: false
say: {en: Soon, ru: Скоро, fa: زود}
next_steps: {en: [Wait], ru: [Жди], fa: [صبر]}
""",
}


@pytest.fixture
def taught(tmp_path: Path) -> Path:
    """A directory with complete content."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path
