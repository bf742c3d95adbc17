"""Files to start from, for `netdiag rules new` and `netdiag probes new`."""

from __future__ import annotations

from pathlib import Path

from netdiag.model.errors import ContentError

RULE = """\
fault: {fault}
rank: 0                        # its place in the order of decision; `netdiag rules list` shows all
side: provider
segment: {segment}
category: technical
severity: minor
probable_cause: other
applies: {{access: [copper]}}
title: {{en: , ru: , fa: }}
require:
  - {{if: port.oper_status == down, db: 10, family: link}}
support: []
refute: []
look_alikes: []
route: field_line
sla: C
visit: false
say: {{en: , ru: , fa: }}
next_steps: {{en: [], ru: [], fa: []}}
examples:
  - {{expect: match, facts: {{port.oper_status: down}}}}
  - {{expect: no_match, facts: {{port.oper_status: up}}}}
  - {{expect: unknown, facts: {{}}}}
"""

PROBE = """\
probe: {probe}
title: what it asks
transport: snmp
target: access
stage: 3
cost: 2
source: manual or MIB
ask:
  get: {{value: "1.3.6.1.2.1.2.2.1.8.{{port.if_index}}"}}
facts:
  port.oper_status: {{read: value, map: {{1: up, 2: down}}}}
"""


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet. Raises ContentError with the way out."""
    if path.exists():
        raise ContentError(f"{path}: is there already. Choose another name or edit it.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ContentError(
            f"{path}: cannot be written: {error.strerror}. Choose another place with --into."
        ) from None
