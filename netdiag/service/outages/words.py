"""What to tell a customer about an outage that is known, where nobody wrote a sentence."""

from __future__ import annotations

from netdiag.model.outage import Cause, Outage, OutageState
from netdiag.service.diagnosis.wording import when

_WHAT = {
    Cause.POWER: {
        "en": "There is no electricity at our equipment in your area.",
        "ru": "На нашем оборудовании в вашем районе нет электричества.",
        "fa": "برق تجهیزات ما در منطقهٔ شما قطع است.",
    },
    Cause.FIBRE: {
        "en": "A cable on our network in your area is damaged.",
        "ru": "В вашем районе повреждён наш кабель.",
        "fa": "یک کابل شبکهٔ ما در منطقهٔ شما آسیب دیده است.",
    },
}
_ANY = {
    "en": "There is a fault on our network in your area; your own equipment is fine.",
    "ru": "В вашем районе авария на нашей сети, с вашим оборудованием всё в порядке.",
    "fa": "در منطقهٔ شما شبکهٔ ما دچار خرابی است؛ تجهیزات شما سالم است.",
}
_UNTIL = {
    "en": "We know about it and expect to finish by {end}.",
    "ru": "Мы о ней знаем и рассчитываем закончить до {end}.",
    "fa": "از آن باخبریم و انتظار داریم تا {end} رفع شود.",
}
_OPEN_END = {
    "en": "We know about it and are working on it.",
    "ru": "Мы о ней знаем и уже работаем.",
    "fa": "از آن باخبریم و در حال رفع آن هستیم.",
}
_CLEARING = {
    "en": "The service is coming back now; please restart your router if it does not in a minute.",
    "ru": "Связь восстанавливается; если через минуту не появится, перезапустите роутер.",
    "fa": "سرویس در حال برگشت است؛ اگر تا یک دقیقه نیامد، مودم را یک‌بار خاموش و روشن کنید.",
}


def outage_sentence(outage: Outage, language: str, zone: str) -> str:
    """Two short sentences: what it is, and until when."""
    if outage.state is OutageState.CLEARING:
        return f"{_WHAT.get(outage.cause, _ANY)[language]} {_CLEARING[language]}"
    if outage.expected_end is None:
        then = _OPEN_END[language]
    else:
        then = _UNTIL[language].format(end=when(outage.expected_end, language, zone))
    return f"{_WHAT.get(outage.cause, _ANY)[language]} {then}"
