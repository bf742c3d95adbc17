"""Which finding belongs to which verdict."""

from datetime import timedelta

from netdiag.kpi.match import match
from netdiag.model.words import Side
from tests.kpi.town import MONDAY, D, H, judged, truth

P, S, N = Side.PROVIDER, Side.SUBSCRIBER, Side.NONE
WEEK = timedelta(days=7)


def matched(diagnoses: list[object], truths: list[object]) -> list[tuple[str, Side]]:
    found = match(diagnoses, truths, WEEK)  # type: ignore[arg-type]
    return [(pair.judged.id, pair.truth.side) for pair in found.pairs]


def test_a_finding_that_names_its_diagnosis_is_held_against_that_one() -> None:
    known = [judged("a", P), judged("b", S, MONDAY + H)]
    assert matched(known, [truth(S, diagnosis="a", at=MONDAY + 30 * D)]) == [("a", S)]


def test_a_finding_of_a_ticket_is_held_against_the_verdict_that_sent_it_on_its_way() -> None:
    known = [judged("first", P, ticket="7"), judged("second", N, MONDAY + D, ticket="7")]
    assert matched(known, [truth(P, ticket="7", at=MONDAY + 2 * D)]) == [("first", P)]


def test_without_a_name_the_last_verdict_before_it_within_the_window_counts() -> None:
    known = [judged("old", P), judged("new", S, MONDAY + 2 * D), judged("later", P, MONDAY + 4 * D)]
    assert matched(known, [truth(S, at=MONDAY + 3 * D)]) == [("new", S)]
    assert matched(known[:1], [truth(S, at=MONDAY + 8 * D)]) == []
    assert matched(known, [truth(S, at=MONDAY + 3 * D, subscriber="sidorova")]) == []


def test_a_second_look_is_not_what_sent_somebody_there() -> None:
    known = [judged("a", P), judged("look", N, MONDAY + H, again=True)]
    assert matched(known, [truth(P, at=MONDAY + 2 * H)]) == [("a", P)]
    assert matched(known, [truth(N, at=MONDAY + 2 * H, diagnosis="look")]) == [("look", N)]


def test_a_ticket_closed_after_a_second_look_tells_of_its_own_verdict() -> None:
    """The ticket names the newest diagnosis, which only found that the fault was still there."""
    known = [judged("a", S, ticket="7"), judged("look", P, MONDAY + H, ticket="7", again=True)]
    found = truth(P, at=MONDAY + D, ticket="7", diagnosis="look")
    assert matched(known, [found]) == [("a", P)]


def test_the_last_finding_corrects_the_earlier_ones() -> None:
    found = [truth(S, diagnosis="a"), truth(P, diagnosis="a", at=MONDAY + D)]
    assert matched([judged("a", P)], found) == [("a", P)]
    assert matched([judged("a", P)], found[::-1]) == [("a", P)]


def test_a_finding_that_fits_no_verdict_is_counted_as_such() -> None:
    left = match([judged("a", P)], [truth(P, diagnosis="gone")], WEEK).left
    assert [one.diagnosis for one in left] == ["gone"]
