"""Is it really the ticket system that calls? Three ways of signing are taken.

Standard Webhooks (https://www.standardwebhooks.com): base64 HMAC-SHA256 over id.timestamp.body,
five minutes of tolerance. GitHub's `X-Hub-Signature-256`: hex HMAC-SHA256 of the body. Zammad's
`X-Hub-Signature`: hex HMAC-SHA1 of the body, with the delivery's id in `X-Zammad-Delivery`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from netdiag.model.secret import Secret
from netdiag.service.daemon.settings import Inbound, Scheme
from netdiag.web.problems import Problem

_DELIVERY = {
    Scheme.STANDARD: ("webhook-id",),
    Scheme.SHA256: ("x-github-delivery", "webhook-id", "idempotency-key"),
    Scheme.ZAMMAD: ("x-zammad-delivery",),
}
_PLAIN = {
    Scheme.SHA256: ("x-hub-signature-256", "sha256", hashlib.sha256),
    Scheme.ZAMMAD: ("x-hub-signature", "sha1", hashlib.sha1),
}


def verified(inbound: Inbound, headers: Mapping[str, str], body: bytes) -> str | None:
    """The delivery's own id, if it has one. Raises Problem 401 when no secret signed this body."""
    if not any(_signed(inbound.scheme, secret, headers, body) for secret in inbound.secrets):
        raise Problem(
            401,
            "The signature does not fit the body. Compare the secret on both sides, and the "
            "clocks: a signed time may be five minutes off.",
        )
    return next((headers[n] for n in _DELIVERY[inbound.scheme] if headers.get(n)), None)


def _signed(scheme: Scheme, secret: Secret, headers: Mapping[str, str], body: bytes) -> bool:
    if scheme is Scheme.STANDARD:
        try:
            Webhook(secret.reveal()).verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError):
            return False
        return True
    header, name, digest = _PLAIN[scheme]
    given = headers.get(header, "").removeprefix(f"{name}=")
    right = hmac.new(secret.reveal().encode(), body, digest).hexdigest()
    return hmac.compare_digest(given.encode(), right.encode())
