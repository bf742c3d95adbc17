"""Record and replay: what was answered is answered again; what is personal can be masked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from netdiag.model.errors import ContentError
from netdiag.model.secret import Secret
from netdiag.model.wire import (
    Answer,
    Deadline,
    DnsLookup,
    NoAnswer,
    Ping,
    Question,
    RouterosCall,
    SnmpColumns,
    SnmpGet,
    SqlQuery,
    SshCommand,
    Target,
)
from netdiag.model.words import AbsenceReason
from netdiag.transports import Recorder, Replayer
from netdiag.transports.replay_scrub import scrub

SW = Target(
    device="sw-12",
    host="10.0.0.12",
    secrets={"snmp.community": Secret("verysecret")},
    options={"snmp.user": "x"},
)
SOON = Deadline.after(60)
EXCHANGES: list[tuple[Question, Answer | NoAnswer]] = [
    (
        SnmpGet(oids={"a": "1.3.6.1.2.1.1.5.0"}),
        Answer(rows=({"a": b"\x00\xff", "b": "текст", "c": 7, "d": 1.5, "e": None},)),
    ),
    (SnmpColumns(oids={"a": "1.3"}, max_rows=2), Answer(rows=({"index": "1"},), cut=True)),
    (
        RouterosCall(path="/ppp/active/print", proplist=("name",), where={"name": "x"}),
        Answer(rows=()),
    ),
    (SshCommand(command="show ver"), Answer(rows=({"output": "line\r\nline"},), duration_s=0.25)),
    (SqlQuery(text="SELECT 1", params={"login": "p"}), Answer(rows=({"n": 1},))),
    (DnsLookup(resolver="192.0.2.1", name="x.test"), Answer(rows=({"rcode": "NOERROR"},))),
    (
        Ping(address="192.0.2.1"),
        NoAnswer(why=AbsenceReason.TIMED_OUT, detail="silent.", duration_s=2.0),
    ),
]


class Wire:
    def __init__(self, replies: list[Answer | NoAnswer]) -> None:
        self.replies = replies

    async def ask(self, target: Target, question: Question, deadline: Deadline) -> Any:
        return self.replies.pop(0)

    async def close(self) -> None:
        self.replies.clear()


async def record(
    exchanges: list[tuple[Question, Answer | NoAnswer]], target: Target = SW
) -> list[str]:
    lines: list[str] = []
    recorder = Recorder(Wire([reply for _, reply in exchanges]), lines.append, "snmp")
    for question, reply in exchanges:
        assert await recorder.ask(target, question, SOON) is reply
    await recorder.close()
    return lines


async def test_every_kind_of_question_is_answered_again_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "record.jsonl"
    file.write_text("\n".join(await record(EXCHANGES)) + "\n\n", encoding="utf-8")
    replayer = Replayer.from_file(file)
    for question, reply in reversed(EXCHANGES):
        assert await replayer.ask(SW, question, SOON) == reply
    await replayer.close()


async def test_a_record_holds_no_secret_and_no_address_of_the_device() -> None:
    text = "\n".join(await record(EXCHANGES))
    assert "verysecret" not in text
    assert "10.0.0.12" not in text
    first = json.loads(text.splitlines()[0])
    assert (first["transport"], first["device"]) == ("snmp", "sw-12")
    assert first["reply"]["rows"][0]["a"] == {"hex": "00ff"}


async def test_repeated_questions_get_their_answers_in_order_then_the_last() -> None:
    question = SnmpGet(oids={"a": "1.3.6.1.2.1.1.3.0"})
    replies = [Answer(rows=({"a": n},)) for n in (1, 2)]
    replayer = Replayer(await record([(question, reply) for reply in replies]))
    found = [await replayer.ask(SW, question, SOON) for _ in range(3)]
    assert found == [replies[0], replies[1], replies[1]]


@pytest.mark.parametrize(
    ("target", "question"),
    [
        (Target(device="sw-13", host="x"), EXCHANGES[0][0]),
        (SW, SnmpGet(oids={"a": "1.3.6.1.2.1.1.6.0"})),
        (SW, Ping(address="192.0.2.1", count=5)),
    ],
    ids=["another device", "another object", "another count"],
)
async def test_what_was_never_recorded_was_not_asked(target: Target, question: Question) -> None:
    reply = await Replayer(await record(EXCHANGES)).ask(target, question, SOON)
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_ASKED


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        '{"device": "a"}',
        '{"device": "a", "question": {}, "reply": {"why": "because", "detail": ""}}',
        '{"device": "a", "question": {}, "reply": {"rows": [{"a": {"hex": "zz"}}], "cut": false}}',
        '{"device": "a", "question": {}, "reply": {"rows": [{"a": [1]}], "cut": false}}',
    ],
)
def test_a_damaged_record_names_file_and_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "record.jsonl"
    file.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"record\.jsonl:2: is no recorded exchange"):
        Replayer.from_file(file)


def test_a_missing_record_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="nowhere"):
        Replayer.from_file(tmp_path / "nowhere")


MAC = bytes.fromhex("00262d0a0b0c")
DOTTED = "0.38.45.10.11.12"
PERSONAL: list[tuple[Question, Answer | NoAnswer]] = [
    (
        RouterosCall(path="/ppp/active/print", where={"name": "petrov"}),
        Answer(
            rows=(
                {
                    "name": "petrov",
                    "caller-id": "00:26:2D:0A:0B:0C",
                    "address": "10.20.30.40",
                    "comment": "Petrov, flat 7",
                    "uptime": "12:30:45",
                    "version": "7.15.3",
                },
            )
        ),
    ),
    (
        SnmpColumns(oids={"port": "1.3.6.1.2.1.17.7.1.2.2.1.2"}),
        Answer(
            rows=({"index": f"200.{DOTTED}", "port": 7}, {"index": "200.0.1.2.3.4.5", "port": 1})
        ),
    ),
    (
        SnmpGet(oids={"port": f"1.3.6.1.2.1.17.4.3.1.2.{DOTTED}"}),
        Answer(
            rows=({"port": 7, "mac": MAC, "bits": b"\xff\xff\xff\xff\xff\xff", "x": b"\x01" + MAC},)
        ),
    ),
    (
        SnmpColumns(oids={"mac": "1.3.6.1.2.1.4.22.1.2"}),
        Answer(rows=({"index": "3.10.20.30.41", "mac": b"\x02\x00\x00\x00\x00\x07"},)),
    ),
    (
        SshCommand(command="show mac 0026.2d0a.0b0c"),
        Answer(
            rows=(
                {
                    "output": "petrov 0026-2d0a-0b0c 00262d0a0b0c 10.20.30.40/24 mask "
                    "255.255.255.0 via fe80::1 petrovich ff:ff:ff:ff:ff:ff 127.0.0.1"
                },
            )
        ),
    ),
    (Ping(address="10.20.30.40"), Answer(rows=({"sent": 3},))),
    (
        SqlQuery(text="SELECT :login", params={"login": "petrov"}),
        Answer(rows=({"username": "petrov", "phone": "+998901112233"},)),
    ),
]


async def test_scrubbing_leaves_nothing_personal() -> None:
    text = "\n".join(scrub(await record(PERSONAL)))
    for personal in (
        "00:26:2D", "0026.2d0a", "0026-2d0a", "00262d0a0b0c", DOTTED, "0.1.2.3.4.5", "10.20.30.4",
        "Petrov", "998901112233", '"petrov"', "petrov ", "fe80::1",
    ):  # fmt: skip
        assert personal not in text
    assert "petrovich" in text  # another word
    for harmless in ("12:30:45", "7.15.3", "255.255.255.0", "ff:ff:ff:ff:ff:ff", "127.0.0.1"):
        assert harmless in text
    assert '{"hex": "ffffffffffff"}' in text
    assert "sw-12" not in text
    assert text.count('"device": "name-1"') == len(PERSONAL)


async def test_scrubbing_is_consistent_in_every_notation() -> None:
    entries = [json.loads(line) for line in scrub(await record(PERSONAL))]
    ppp = entries[0]["reply"]["rows"][0]
    assert ppp["name"] == entries[0]["question"]["where"]["name"] == "user-1"
    mac = ppp["caller-id"].replace(":", "").lower()
    assert mac.startswith("02005e")
    dotted = ".".join(str(octet) for octet in bytes.fromhex(mac))
    assert entries[1]["reply"]["rows"][0]["index"] == f"200.{dotted}"
    assert entries[2]["question"]["oids"]["port"].endswith(f".2.{dotted}")
    assert entries[2]["reply"]["rows"][0]["mac"]["hex"] == mac
    assert entries[2]["reply"]["rows"][0]["x"]["hex"] == "01" + mac
    output = entries[4]["reply"]["rows"][0]["output"]
    assert output.startswith(f"user-1 {mac[:4]}-{mac[4:8]}-{mac[8:]} {mac} {ppp['address']}/24 ")
    assert entries[5]["question"]["address"] == ppp["address"]
    assert entries[6]["question"]["params"]["login"] == "user-1"


async def test_a_scrubbed_record_still_answers() -> None:
    lines = scrub(await record(PERSONAL))
    address = json.loads(lines[5])["question"]["address"]
    masked = Target(device=json.loads(lines[5])["device"], host=address)
    reply = await Replayer(lines).ask(masked, Ping(address=address), SOON)
    assert reply == PERSONAL[5][1]


def test_words_of_ones_own_are_masked_too() -> None:
    line = json.dumps(
        {
            "device": "sw-1",
            "question": {"ask": "SnmpGet", "oids": {}},
            "reply": {"rows": [{"alias": "flat of sidorova"}], "cut": False},
        }
    )
    assert "sidorova" not in scrub([line], ["sidorova"])[0]


NAMED: list[tuple[Question, Answer | NoAnswer]] = [
    (
        SnmpGet(
            oids={
                "name": "1.3.6.1.2.1.1.5.0",
                "place": "1.3.6.1.2.1.1.6.0",
                "who": "1.3.6.1.2.1.1.4.0",
                "descr": "1.3.6.1.2.1.1.1.0",
                "serial": "1.3.6.1.2.1.47.1.1.1.1.11.1",
            }
        ),
        Answer(
            rows=(
                {
                    "name": "lenina-5-attic",
                    "place": "Lenina 5, attic",
                    "who": "Orlova, ext. 214",
                    "descr": "Linux lenina-5-attic 6.1.0",
                    "serial": "PL1A2B3C000777",
                },
            )
        ),
    ),
    (
        SnmpColumns(oids={"alias": "1.3.6.1.2.1.31.1.1.1.18", "sn": "1.3.6.1.4.1.2011.6.128.1.3"}),
        Answer(
            rows=(
                {"index": "7", "alias": "flat of Sidorova", "sn": b"HWTC\x1a\x2b\x3c\x4d"},
                {"index": "8", "alias": "", "sn": "HWTC1A2B3C4D"},
            )
        ),
    ),
    (
        SnmpColumns(oids={"name": "1.0.8802.1.1.2.1.4.1.1.9"}),
        Answer(rows=({"index": "0.1.1", "name": "agg-sadovaya.example.net"},)),
    ),
    (
        RouterosCall(path="/system/identity/print", proplist=("name",)),
        Answer(rows=({"name": "bng-north"},)),
    ),
    (
        RouterosCall(path="/system/routerboard/print", proplist=("serial-number",)),
        Answer(rows=({"serial-number": "HE408XYZ123", "model": "CCR2004"},)),
    ),
    (
        SshCommand(command="show version"),
        Answer(
            rows=(
                {
                    "output": "System Name: roof-7\nSerial Number : S3K9900112\n"
                    "Location : Rechnaya 8 roof\nHW version 2\nroof-7#"
                },
            )
        ),
    ),
]
SECRETS = (
    "sw-12", "lenina-5-attic", "Lenina 5", "Orlova", "PL1A2B3C000777", "Sidorova", "HWTC1A2B3C4D",
    b"HWTC\x1a\x2b\x3c\x4d".hex(), "agg-sadovaya", "bng-north", "HE408XYZ123", "roof-7",
    "S3K9900112", "Rechnaya",
)  # fmt: skip


async def test_names_places_and_serial_numbers_do_not_leave_the_house() -> None:
    text = "\n".join(scrub(await record(NAMED)))
    assert {secret for secret in SECRETS if secret in text} == set()
    for useful in ("Linux", "6.1.0", "CCR2004", "HW version 2", "HWTC00000001", '"index": "7"'):
        assert useful in text


async def test_a_serial_number_of_an_onu_keeps_its_form_in_text_and_octets() -> None:
    entry = json.loads(scrub(await record(NAMED))[1])
    first, second = entry["reply"]["rows"]
    assert bytes.fromhex(first["sn"]["hex"]) == b"HWTC" + bytes.fromhex(second["sn"][4:])
