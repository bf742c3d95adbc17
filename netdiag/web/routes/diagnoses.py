"""POST a subscriber, get a diagnosis."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response, status
from fastapi.responses import JSONResponse

from netdiag.service.daemon.asked import Asked
from netdiag.web.asking import IdempotencyKey, TheDaemon, delivery, raw
from netdiag.web.auth import Diagnose, Read
from netdiag.web.models import DiagnosisModel, DiagnosisRequest, PendingModel
from netdiag.web.problems import Problem

router = APIRouter(prefix="/api/v1/diagnoses", tags=["diagnoses"])


@router.post(
    "",
    response_model=DiagnosisModel,
    responses={202: {"model": PendingModel, "description": "Accepted; ask at Location"}},
)
async def diagnose(
    body: DiagnosisRequest,
    request: Request,
    daemon: TheDaemon,
    token: Diagnose,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Diagnose a subscriber. With `wait_s` the answer comes in place when it is quick."""
    asked = Asked(
        key=body.subscriber,
        who=token.name,
        source=f"api:{token.id}",
        delivery=delivery(idempotency_key),
        raw=await raw(request),
        ticket=body.ticket,
        symptom=body.symptom,
    )
    taken = await daemon.accept(asked)
    wait_s = min(body.wait_s, daemon.serve.wait_s)
    document = taken.document or await daemon.document(taken.job, wait_s)
    location = f"/api/v1/diagnoses/{taken.job}"
    if document is not None:
        return JSONResponse(_shown(document), headers={"content-location": location})
    pending = PendingModel(id=taken.job, state="accepted", location=location)
    return JSONResponse(
        pending.model_dump(), status.HTTP_202_ACCEPTED, {"location": location, "retry-after": "1"}
    )


@router.get(
    "/{id}",
    response_model=DiagnosisModel,
    responses={202: {"model": PendingModel, "description": "Not finished yet"}},
)
async def one(id: str, daemon: TheDaemon, token: Read, facts: bool = False) -> Response:
    """A diagnosis by its id; `facts=true` gives what `netdiag replay` needs."""
    document = await daemon.document(id)
    if document is not None:
        return JSONResponse(document if facts else _shown(document))
    job = await daemon.jobs.get(id)
    if job is None or job.flow != "diagnosis":
        raise Problem(404, f"There is no diagnosis {id!r}.")
    if job.ended:
        document = await daemon.document(id)  # it may have ended between the two looks
        if document is not None:
            return JSONResponse(document if facts else _shown(document))
        if job.state == "SUCCESS":
            raise Problem(404, f"The diagnosis {id} is kept no longer (serve.retention).")
        raise Problem(500, f"The diagnosis {id} failed: {job.error or job.state}.")
    pending = PendingModel(id=id, state="running", location=f"/api/v1/diagnoses/{id}")
    return JSONResponse(pending.model_dump(), 202, {"retry-after": "1"})


def _shown(document: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in document.items() if name != "facts"}
