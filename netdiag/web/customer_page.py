"""The customer's page: one column for a phone, no script, nothing from elsewhere."""

from __future__ import annotations

from html import escape

from netdiag.locale.words import translator
from netdiag.service.customer.customer import CustomerView

NAMES = {"en": "English", "ru": "Русский", "fa": "فارسی"}
STYLE = """\
:root{color-scheme:light dark;--mark:#757575}
body{font:17px/1.5 system-ui,sans-serif;margin:0 auto;max-width:34em;padding:1.2em}
h1{font-size:1.35em;line-height:1.25;margin:.2em 0 .6em;padding-inline-start:.6em}
h1{border-inline-start:.3em solid var(--mark)}
.fault{--mark:#c62828}.home,.account{--mark:#ef6c00}.fine{--mark:#2e7d32}
.by{font-weight:600}.small{opacity:.75;font-size:.85em}
nav{margin-top:2em;display:flex;gap:1.2em}a{color:inherit;padding:.4em 0}
"""


def customer_page(view: CustomerView) -> str:
    """A whole HTML document of one view."""
    say = translator(view.language)
    texts = "".join(f"<p>{escape(text)}</p>" for text in view.texts)
    by = f'<p class="by">{escape(view.by)}</p>' if view.by else ""
    call = ""
    if view.phone:
        number = f'<a href="tel:{escape(_dialled(view.phone))}" dir="ltr">{escape(view.phone)}</a>'
        call = f"<p>{escape(say('Our telephone'))}: {number}</p>"
    checked = f'<p class="small">{escape(view.checked)}</p>' if view.checked else ""
    body = (
        f'<main class="{view.state}"><h1>{escape(view.headline)}</h1>{texts}{by}{call}{checked}'
        f"</main>{_languages(view.language)}"
    )
    return _document(view.language, say("Your Internet connection"), body)


def notice_page(language: str, text: str) -> str:
    """A page that only says why there is nothing to show."""
    say = translator(language)
    body = f"<main><h1>{escape(say(text))}</h1></main>{_languages(language)}"
    return _document(language, say("Your Internet connection"), body)


def _languages(current: str) -> str:
    links = "".join(
        f'<a href="?lang={code}" lang="{code}" hreflang="{code}">{name}</a>'
        for code, name in NAMES.items()
        if code != current
    )
    return f"<nav>{links}</nav>"


def _document(language: str, title: str, body: str) -> str:
    direction = "rtl" if language == "fa" else "ltr"
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>{body}</body></html>\n"
    )


def _dialled(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")
