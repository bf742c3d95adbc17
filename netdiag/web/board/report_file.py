"""A report as one HTML file that needs no server: its styles are inside."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files

from netdiag.service.outages.report import Report
from netdiag.web.board.pages import render
from netdiag.web.board.tongue import Tongue


def report_html(report: Report, now: datetime, *, language: str, zone: str) -> str:
    """The page of `netdiag outages report --html`; printed by a browser it is a PDF of A4 pages."""
    folder = files("netdiag.web.board").joinpath("assets")
    styles = folder.joinpath("report.css").read_text(encoding="utf-8")
    return render("report.html", Tongue(language, zone), report=report, now=now, styles=styles)
