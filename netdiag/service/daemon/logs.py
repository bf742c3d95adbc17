"""Structured logs on stderr: one line an event, secrets and personal data masked."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_NAMES = r"password|passphrase|passwd|secret|community|token|auth_key|priv_key|authorization|cookie"
_MASKS = (
    (re.compile(r"(://[^:/\s]*:)\S+@"), r"\1***@"),  # passwords in URLs
    (re.compile(r"\bnd_([0-9a-f]+)_[\w-]+"), r"nd_\1_***"),  # API tokens
    (re.compile(r"\bwhsec_[\w+/=-]+"), "whsec_***"),
    (re.compile(r"(/my/)[\w-]{20,}"), r"\1***"),  # a link to a customer's page is its own key
    (
        re.compile(
            rf"(?i)({_NAMES})(['\"]?\s*[=:]\s*['\"]?)(?:(?:Basic|Bearer|Digest|Token)\s+)?[^\s,;]+"
        ),
        r"\1\2***",
    ),
    (
        re.compile(r"\b([0-9a-f]{2}(?:[:-][0-9a-f]{2}){3})(?:[:-][0-9a-f]{2}){2}\b", re.I),
        r"\1:**:**",
    ),
    (re.compile(r"(?<![\w.])\+?\d{10,12}(?![\w.])"), "***"),  # telephone numbers
)


def masked(text: str) -> str:
    """The text without secrets, telephone numbers and whole MAC addresses."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


def log_to_stderr(*, verbose: int = 0, as_json: bool = False) -> None:
    """Send the logs of netdiag and its libraries to stderr."""
    render: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _mask_all,
            render,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("netdiag").setLevel(logging.DEBUG if verbose else logging.INFO)
    for noisy in ("dbos", "alembic", "httpx", "paramiko", "uvicorn", "apscheduler"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _mask_all(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str) and name not in ("timestamp", "level", "logger"):
            event[name] = masked(value)
    return event
