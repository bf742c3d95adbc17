"""Names of IANAItuProbableCause (RFC 3877) that rules may use. Values 1-1023 are ITU's."""

from __future__ import annotations

PROBABLE_CAUSES: dict[str, int] = {
    "degradedSignal": 3,
    "lossOfSignal": 8,
    "transmissionError": 10,
    "connectionEstablishmentError": 22,
    "powerProblem": 58,
    "temperatureUnacceptable": 52,
    "commercialPowerFailure": 106,
    "externalEquipmentFailure": 135,
    "timeoutExpired": 164,
    "configurationOrCustomisationError": 159,
    "underlayingResourceUnavailable": 165,
    "bandwidthReduced": 201,
    "congestion": 202,
    "excessiveErrorRate": 203,
    "excessiveResponseTime": 204,
    "thresholdCrossed": 549,
    "equipmentMalfunction": 514,
    "lanError": 523,
    "queueSizeExceeded": 537,
    "authenticationFailure": 600,
    "cableTamper": 602,
    "informationModificationDetected": 607,
    "outOfService": 612,
    "other": 1024,
}
