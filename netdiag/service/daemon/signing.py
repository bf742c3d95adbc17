"""Are the secrets that webhooks are signed with good enough? Checked when the settings are read."""

from __future__ import annotations

import binascii

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from netdiag.content.reader import fail
from netdiag.content.yaml import Place
from netdiag.model.secret import Secret

SHORTEST = 16  # characters, or bytes behind whsec_


def standard(secret: Secret, place: Place) -> Secret:
    """A secret of Standard Webhooks. Raises ContentError when nothing can be signed with it."""
    way_out = "Make one with `echo whsec_$(openssl rand -base64 32)`."
    text = secret.reveal().removeprefix("whsec_")
    try:
        Webhook(secret.reveal())
        length = len(binascii.a2b_base64(text + "=="))
    except (EmptyWebhookSecretError, ValueError):
        raise fail(place, f"the secret is not whsec_ and base64. {way_out}") from None
    if length < SHORTEST:
        raise fail(
            place, f"the secret has fewer than {SHORTEST} bytes: guessed too soon. {way_out}"
        )
    return secret


def plain(secret: Secret, place: Place) -> Secret:
    """Any text that is long enough. Raises ContentError: an empty one would let everybody sign."""
    if len(secret.reveal()) < SHORTEST:
        raise fail(
            place,
            f"the secret has fewer than {SHORTEST} characters and could be guessed. Make one with "
            "`openssl rand -hex 32`.",
        )
    return secret
