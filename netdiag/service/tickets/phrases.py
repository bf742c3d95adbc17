"""Sentences that netdiag writes into tickets, in the desk's language."""

from __future__ import annotations

from netdiag.model.words import Grade, Side

SIDES = {
    Side.PROVIDER: {"en": "our side", "ru": "наша сторона", "fa": "سمت ما"},
    Side.SUBSCRIBER: {
        "en": "the customer's side",
        "ru": "сторона абонента",
        "fa": "سمت مشترک",
    },
    Side.ACCOUNT: {"en": "his account", "ru": "договор и оплата", "fa": "حساب مشترک"},
    Side.NONE: {"en": "no fault", "ru": "неисправности нет", "fa": "خرابی نیست"},
    Side.UNDETERMINED: {
        "en": "not determined: an engineer decides",
        "ru": "не определено: решает инженер",
        "fa": "نامشخص: مهندس تصمیم می‌گیرد",
    },
}
GRADES = {
    Grade.CERTAIN: {"en": "certain", "ru": "точно", "fa": "قطعی"},
    Grade.PROBABLE: {"en": "probable", "ru": "вероятно", "fa": "محتمل"},
    Grade.POSSIBLE: {"en": "possible", "ru": "возможно", "fa": "ممکن"},
}
PHRASES = {
    "where": {"en": "Where: {0}", "ru": "Где: {0}", "fa": "کجا: {0}"},
    "seen": {"en": "What was seen:", "ru": "Что видно:", "fa": "آنچه دیده شد:"},
    "against": {"en": "Speaks against it:", "ru": "Говорит против:", "fa": "خلاف آن:"},
    "missing": {
        "en": "Could not be asked: {0}",
        "ru": "Не удалось узнать: {0}",
        "fa": "پرسیده نشد: {0}",
    },
    "say": {
        "en": "Say to the customer:",
        "ru": "Сказать абоненту:",
        "fa": "به مشترک بگویید:",
    },
    "next": {"en": "Next:", "ru": "Дальше:", "fa": "گام بعدی:"},
    "route": {
        "en": "For: {0}, {1}, by {2}.",
        "ru": "Кому: {0}, {1}, до {2}.",
        "fa": "برای: {0}، {1}، تا {2}.",
    },
    "open_end": {"en": "no fixed time", "ru": "без срока", "fa": "بدون مهلت"},
    "visit": {
        "en": "A visit is needed.",
        "ru": "Нужен выезд.",
        "fa": "مراجعه لازم است.",
    },
    "no_visit": {
        "en": "Nobody has to be sent.",
        "ru": "Выезд не нужен.",
        "fa": "اعزام لازم نیست.",
    },
    "id": {"en": "Diagnosis {0}", "ru": "Диагностика {0}", "fa": "تشخیص {0}"},
    "kept": {
        "en": "Left as a person set it: {0}.",
        "ru": "Оставлено, как решил человек: {0}.",
        "fa": "همان‌گونه که کارمند تعیین کرد ماند: {0}.",
    },
    "unknown": {
        "en": "netdiag cannot tell which subscriber this ticket is about, so nothing was "
        "tested and "
        "the ticket stays where it is. Fill in the subscriber's number, login or phone.",
        "ru": "Не удалось понять, о каком абоненте эта заявка, поэтому ничего не проверено и "
        "заявка "
        "осталась на месте. Впишите номер договора, логин или телефон.",
        "fa": "مشخص نشد این تیکت دربارهٔ کدام مشترک است؛ چیزی آزمایش نشد و تیکت همان‌جا ماند. "
        "شمارهٔ "
        "اشتراک، نام کاربری یا تلفن را بنویسید.",
    },
    "several": {
        "en": "Several subscribers fit: {0}.",
        "ru": "Подходят несколько абонентов: {0}.",
        "fa": "چند مشترک مطابقت دارند: {0}.",
    },
    "tried": {"en": "Tried: {0}.", "ru": "Искали: {0}.", "fa": "جست‌وجو شد: {0}."},
    "unasked": {
        "en": "The line could not be diagnosed: {0}",
        "ru": "Линию не удалось проверить: {0}",
        "fa": "خط قابل بررسی نبود: {0}",
    },
    "duplicate": {
        "en": "The same subscriber has the open ticket #{0}: {1}. This one was hung below it; "
        "what "
        "was found stands there. Nothing is ordered twice.",
        "ru": "У этого абонента уже открыта заявка №{0}: {1}. Эта привязана к ней, результаты "
        "там. "
        "Второй раз ничего не назначается.",
        "fa": "همین مشترک تیکت باز #{0} دارد: {1}. این تیکت به آن پیوند شد و نتیجه آنجاست. "
        "چیزی دو بار "
        "سفارش نمی‌شود.",
    },
    "again": {
        "en": "The customer made contact again: ticket #{0}.",
        "ru": "Абонент обратился снова: заявка №{0}.",
        "fa": "مشترک دوباره تماس گرفت: تیکت #{0}.",
    },
    "repeat": {
        "en": "REPEATED CONTACT: ticket #{0} of the same subscriber ended {1} day(s) ago. It "
        "was: {2}.",
        "ru": "ПОВТОРНОЕ ОБРАЩЕНИЕ: заявка №{0} этого абонента закрыта {1} дн. назад. Тогда "
        "было: {2}.",
        "fa": "تماس تکراری: تیکت #{0} همین مشترک {1} روز پیش بسته شد. آن زمان: {2}.",
    },
    "outage": {
        "en": "KNOWN OUTAGE {0} at {1}; parent ticket #{2}. No visit: it would find nothing.",
        "ru": "ИЗВЕСТНАЯ АВАРИЯ {0}: {1}; общая заявка №{2}. Выезд не нужен: на месте ничего "
        "не найти.",
        "fa": "قطعی شناخته‌شدهٔ {0} در {1}؛ تیکت اصلی #{2}. اعزام لازم نیست.",
    },
    "outage_parent": {
        "en": "Outage {0} at {1}, since {2}. Subscribers behind it: {3}. Their tickets hang "
        "below "
        "this one; when it is over each line is checked again.",
        "ru": "Авария {0}: {1}, с {2}. Абонентов: {3}. Их заявки привязаны к этой; после аварии "
        "каждая линия будет проверена.",
        "fa": "قطعی {0} در {1}، از {2}. مشترکان: {3}. تیکت‌هایشان زیر این تیکت است؛ پس از رفع، "
        "هر خط "
        "دوباره بررسی می‌شود.",
    },
    "outage_subject": {"en": "Outage: {0}", "ru": "Авария: {0}", "fa": "قطعی: {0}"},
    "outage_until": {
        "en": "Outage {0}: expected to end by {1}.",
        "ru": "Авария {0}: устранение ожидается до {1}.",
        "fa": "قطعی {0}: پایان پیش‌بینی‌شده تا {1}.",
    },
    "outage_merged": {
        "en": "Outage {0} is part of outage {1}; ticket #{2}.",
        "ru": "Авария {0} — часть аварии {1}; заявка №{2}.",
        "fa": "قطعی {0} بخشی از قطعی {1} است؛ تیکت #{2}.",
    },
    "outage_over": {
        "en": "Outage {0} is over. Each of its tickets is checked again.",
        "ru": "Авария {0} устранена. Каждая заявка проверяется заново.",
        "fa": "قطعی {0} برطرف شد. هر تیکت دوباره بررسی می‌شود.",
    },
    "after_outage": {
        "en": "Outage {0} is over, but this line is still not healthy:",
        "ru": "Авария {0} устранена, но эта линия всё ещё неисправна:",
        "fa": "قطعی {0} برطرف شد، اما این خط هنوز سالم نیست:",
    },
    "answer_subject": {
        "en": "Your Internet connection",
        "ru": "Ваше подключение к интернету",
        "fa": "اتصال اینترنت شما",
    },
    "answer_over": {
        "en": "The fault on our network is repaired, and your line works again: we have "
        "checked it. "
        "If anything is still wrong, answer this message. We are sorry for the trouble.",
        "ru": "Авария на нашей сети устранена, ваша линия снова работает: мы её проверили. Если "
        "что-то не так, ответьте на это письмо. Извините за неудобства.",
        "fa": "خرابی شبکهٔ ما برطرف شد و خط شما دوباره کار می‌کند؛ آن را بررسی کردیم. اگر هنوز "
        "مشکلی "
        "هست، به همین پیام پاسخ دهید. از ناراحتی شما پوزش می‌خواهیم.",
    },
    "answer_fixed": {
        "en": "We have checked your line: it works again. If anything is still wrong, answer "
        "this "
        "message.",
        "ru": "Мы проверили вашу линию: она снова работает. Если что-то не так, ответьте на это "
        "письмо.",
        "fa": "خط شما را بررسی کردیم: دوباره کار می‌کند. اگر هنوز مشکلی هست، به همین پیام پاسخ "
        "دهید.",
    },
    "verified": {
        "en": "Checked after it was called done: nothing is found any more.",
        "ru": "Проверено после закрытия: неисправности больше нет.",
        "fa": "پس از اعلام رفع بررسی شد: دیگر خرابی نیست.",
    },
    "still": {
        "en": "Called done, but the fault is still there. Opened again:",
        "ru": "Отмечено как решённое, но неисправность осталась. Открыто снова:",
        "fa": "حل‌شده اعلام شد اما خرابی هنوز هست. دوباره باز شد:",
    },
    "still_warn": {
        "en": "Called done, but the fault is still there:",
        "ru": "Отмечено как решённое, но неисправность осталась:",
        "fa": "حل‌شده اعلام شد اما خرابی هنوز هست:",
    },
    "cannot_tell": {
        "en": "Checked after it was called done: it cannot be told whether the fault is gone.",
        "ru": "Проверено после закрытия: понять, исчезла ли неисправность, не удалось.",
        "fa": "پس از اعلام رفع بررسی شد: نمی‌توان گفت خرابی رفع شده یا نه.",
    },
    "healed": {
        "en": "The fault went away by itself: at {0} nothing is found any more. Ask the customer "
        "before anybody is sent.",
        "ru": "Неисправность исчезла сама: в {0} её уже нет. Спросите абонента, прежде чем "
        "выезжать.",
        "fa": "خرابی خودبه‌خود رفع شد: در {0} دیگر نیست. پیش از اعزام از مشترک بپرسید.",
    },
    "came_back": {
        "en": "The fault is there again:",
        "ru": "Неисправность появилась снова:",
        "fa": "خرابی دوباره ظاهر شد:",
    },
    "bounced": {
        "en": "This ticket came back from {0} to {1} ({2} time(s)). It had been sent to {3} on "
        "{4}, "
        "because of: {5}. What is seen now:",
        "ru": "Заявка вернулась из {0} в {1} (раз: {2}). Её отправляли в {3} {4}, причина: "
        "{5}. Что "
        "видно сейчас:",
        "fa": "این تیکت از {0} به {1} برگشت ({2} بار). به {3} در {4} فرستاده شده بود، به دلیل: "
        "{5}. "
        "وضعیت کنونی:",
    },
    "escalated": {
        "en": "It has come back {0} times. {1} decides who keeps it.",
        "ru": "Заявка возвращалась {0} раз. Кому она остаётся, решает {1}.",
        "fa": "این تیکت {0} بار برگشته است. {1} تصمیم می‌گیرد نزد چه کسی بماند.",
    },
    "proactive": {
        "en": "Nobody complained yet: netdiag found this by itself.",
        "ru": "Абонент ещё не обращался: неисправность найдена при проверке сети.",
        "fa": "هنوز کسی شکایت نکرده است: در بررسی شبکه پیدا شد.",
    },
}


def phrase(name: str, language: str, *values: object) -> str:
    """One sentence of the table with its values filled in."""
    return PHRASES[name][language].format(*values)
