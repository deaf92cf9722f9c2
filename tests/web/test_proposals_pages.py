"""Förslag från bevakning, as the pages answer."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Q

from casework.cases.services.watched import begin_time
from casework.deadlines import services
from casework.deadlines.sweep import sweep
from casework.models import AuditEvent
from casework.organising import units
from casework.shared import clock
from deviations import states
from deviations.models import Deviation, Proposal, ProposalDecision
from deviations.services import proposals
from tests.conftest import Place
from tests.factories.cases import decide, take_in
from tests.factories.handling import Registers
from tests.factories.inquiries import Inquiry, investigated
from tests.factories.proposals import missed
from tests.web.pages import Login, page

pytestmark = pytest.mark.django_db

LIST = "/inkorg/forslag/"


def together(registers: Registers, some: list[Proposal], **given: Any) -> dict[str, Any]:
    """What the form "Bekräfta tillsammans" sends."""
    return {
        "ids": [proposal.pk for proposal in some],
        "causes": [registers.cause.pk, registers.other_cause.pk],
        "main_cause": registers.other_cause.pk,
        "analysis": "Två tjänster stod tomma.",
        "severity": 2,
        "probability": 2,
        "way": "planned",
        "text": "Ny fördelning varje måndag",
        "due_on": str(clock.today() + timedelta(days=30)),
    } | given


def test_the_list_shows_case_rule_last_day_and_how_late(
    place: Place, as_user: Login, at: Any
) -> None:
    at(date(2026, 3, 30))
    proposal = missed(place, days_ago=28)
    subject = Deviation.objects.get(pk=proposal.deadline.subject_id)
    text = page(as_user("eva"), LIST)
    for shown in (
        subject.number,
        "Förhandsbedömning",
        "2026-03-16",
        "Försenad 14 dagar",
        "Förhandsbedömning ej gjord inom tidsfrist",
        "inom 14 dagar enligt",
    ):
        assert shown in text
    assert "Fråga om lex Sarah" not in text
    read = AuditEvent.objects.filter(action="deviation.proposals_listed")
    assert list(read.values_list("subject_ids", flat=True)) == [[proposal.pk]]


def test_the_oldest_is_first(place: Place, as_user: Login) -> None:
    newer, older = missed(place, days_ago=30), missed(place, days_ago=60)
    text = page(as_user("eva"), LIST)
    places = [text.index(f"{LIST}{proposal.pk}/") for proposal in (older, newer)]
    assert places == sorted(places)


def test_nothing_to_decide(as_user: Login) -> None:
    assert "Inga förslag" in page(as_user("eva"), LIST)
    page(as_user("amina"), LIST, status=403)


def test_inkorg_and_start_page_lead_there_with_a_count(place: Place, as_user: Login) -> None:
    for _ in range(3):
        missed(place)
    eva = as_user("eva")
    for url in ("/inkorg/", "/"):
        text = " ".join(page(eva, url).split())
        assert f'href="{LIST}"' in text
        assert "Förslag från bevakning" in text
    assert LIST not in page(as_user("amina"), "/")
    assert f'href="{LIST}"' not in page(as_user("sara"), "/")
    assert f'href="{LIST}"' in page(as_user("sara"), "/inkorg/")


def test_sas_reads_and_decides_nothing(place: Place, as_user: Login) -> None:
    proposal = missed(place)
    text = page(as_user("sara"), LIST)
    assert "Förhandsbedömning" in text
    assert f"{LIST}{proposal.pk}/" not in text
    assert "Bekräfta tillsammans" not in text


def test_one_is_confirmed_in_another_category(
    place: Place, registers: Registers, as_user: Login
) -> None:
    proposal, eva = missed(place), as_user("eva")
    url = f"{LIST}{proposal.pk}/"
    form = page(eva, url)
    assert "Så står det i avvikelsen" in form
    assert "lex Sarah" not in form
    answer = eva.post(url, {"category": ""})
    assert answer.status_code == 422
    assert "Välj en kategori." in answer.content.decode()
    answer = eva.post(url, {"category": registers.category.pk}, follow=True)
    made = Deviation.objects.get(from_watch=True)
    assert made.category == registers.category
    assert f"{made.number} är bekräftad och ligger i Inkorgen." in answer.content.decode()
    assert made.number in page(eva, "/inkorg/")


def test_lex_sarah_must_be_answered(place: Place, as_user: Login) -> None:
    proposal, eva = missed(place, "lvu_referral"), as_user("eva")
    url = f"{LIST}{proposal.pk}/"
    assert "Ta ställning till lex Sarah: kan det vara ett missförhållande?" in page(eva, url)
    answer = eva.post(url, {"category": proposal.category_id})
    assert answer.status_code == 422
    assert "Svara ja eller nej." in answer.content.decode()
    given = {"category": proposal.category_id, "possible_misconduct": "yes"}
    answer = eva.post(url, given, follow=True)
    assert "SAS har den nu." in answer.content.decode()
    assert Deviation.objects.get(from_watch=True).number in page(as_user("sara"), "/inkorg/")


def test_declining_wants_a_reason(place: Place, as_user: Login) -> None:
    proposal, eva = missed(place), as_user("eva")
    url = f"{LIST}{proposal.pk}/avboj/"
    answer = eva.post(url, {"reason": ""})
    assert answer.status_code == 422
    answer = eva.post(url, {"reason": "Ärendet var redan avslutat."}, follow=True)
    assert "Förslaget är avböjt." in answer.content.decode()
    assert "Inga förslag" in page(eva, LIST)
    assert ProposalDecision.objects.get().reason == "Ärendet var redan avslutat."


def test_what_was_done_in_time_says_so_and_suggests_to_decline(
    place: Place, as_user: Login, at: Any
) -> None:
    at(date(2026, 3, 30))
    proposal = missed(place, days_ago=28)
    (time,) = services.open_for(Q(pk=proposal.deadline_id))
    services.meet(time, date(2026, 3, 10), clock.now())
    eva = as_user("eva")
    text = page(eva, LIST)
    assert "Klart i tid, 2026-03-10" in text
    assert 'name="ids"' not in text
    assert "Avböj förslaget" in page(eva, f"{LIST}{proposal.pk}/")
    form = page(eva, f"{LIST}{proposal.pk}/avboj/")
    assert "Klart i tid, 2026-03-10. Det registrerades först efteråt." in form
    answer = eva.post(f"{LIST}{proposal.pk}/", {"category": proposal.category_id})
    assert answer.status_code == 422
    assert not ProposalDecision.objects.exists()


def test_what_somebody_has_decided_says_so(place: Place, as_user: Login) -> None:
    proposal, eva = missed(place), as_user("eva")
    proposals.confirm(place.actor("anna"), proposal.pk)
    for url in (f"{LIST}{proposal.pk}/", f"{LIST}{proposal.pk}/avboj/"):
        for answer in (eva.get(url, follow=True), eva.post(url, {"reason": "x"}, follow=True)):
            assert "Förslaget är redan bekräftat." in answer.content.decode()
    assert Deviation.objects.filter(from_watch=True).count() == 1


def test_twelve_at_once(place: Place, registers: Registers, as_user: Login) -> None:
    some = [missed(place) for _ in range(12)]
    eva = as_user("eva")
    chosen = eva.post(f"{LIST}flera/", {"ids": [proposal.pk for proposal in some]})
    assert "Bekräfta 12 avvikelser" in page(eva, chosen["Location"])
    answer = eva.post(
        f"{LIST}tillsammans/",
        together(registers, some, owner=place.user("eva").pk),
        follow=True,
    )
    assert "12 avvikelser är bekräftade och hanterade." in answer.content.decode()
    made = Deviation.objects.filter(from_watch=True)
    assert set(made.values_list("status", "main_cause")) == {
        (states.ACTIONS, registers.other_cause.pk)
    }
    assert set(made.values_list("actions__text", "actions__cause")) == {
        ("Ny fördelning varje måndag", registers.other_cause.pk)
    }
    assert {one.category.name for one in made if one.category} == {
        "Förhandsbedömning ej gjord inom tidsfrist"
    }


def test_together_each_that_asks_is_answered(
    place: Place, registers: Registers, as_user: Login
) -> None:
    some = [missed(place, "lvu_referral"), missed(place, "protection_assessment"), missed(place)]
    eva, url = as_user("eva"), f"{LIST}tillsammans/"
    given = together(registers, some, owner=place.user("eva").pk)
    answer = eva.post(url, given)
    assert answer.status_code == 422
    assert answer.content.decode().count("Svara ja eller nej.") == 4  # in the summary too
    given |= {f"misconduct_{some[0].pk}": "yes", f"misconduct_{some[1].pk}": "no"}
    assert eva.post(url, given).status_code == 302
    marked = Deviation.objects.filter(from_watch=True, possible_misconduct=True)
    assert marked.get().case_number.startswith("AVV")


def test_together_the_rest_is_shown_when_somebody_was_quicker(
    place: Place, registers: Registers, as_user: Login
) -> None:
    some = [missed(place) for _ in range(3)]
    proposals.confirm(place.actor("anna"), some[1].pk)
    eva, url = as_user("eva"), f"{LIST}tillsammans/"
    given = together(registers, some, owner=place.user("eva").pk)
    answer = eva.post(url, given)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Ett förslag är inte längre att ta ställning till." in text
    assert "Bekräfta 2 avvikelser" in text
    assert "Två tjänster stod tomma." in text
    assert ProposalDecision.objects.count() == 1
    given["ids"] = [some[0].pk, some[2].pk]
    assert eva.post(url, given).status_code == 302
    assert ProposalDecision.objects.count() == 3


def test_none_ticked_leads_back(as_user: Login) -> None:
    eva = as_user("eva")
    for url in (f"{LIST}flera/", f"{LIST}tillsammans/"):
        answer = eva.post(url, {}, follow=True)
        assert answer.redirect_chain[-1][0] == LIST


def test_the_helper_confirms_one_by_one(place: Place, as_user: Login) -> None:
    place.unit.forste_helps_with_inbox = True
    place.unit.save()
    proposal, frida = missed(place), as_user("frida")
    text = page(frida, LIST)
    assert f"{LIST}{proposal.pk}/" in text
    assert "avboj" not in text
    assert "Bekräfta tillsammans" not in text
    page(frida, f"{LIST}{proposal.pk}/avboj/", status=403)
    page(frida, f"{LIST}tillsammans/?ids={proposal.pk}", status=403)
    answer = frida.post(f"{LIST}{proposal.pk}/", {"category": proposal.category_id})
    assert answer.status_code == 302


def test_the_list_is_taken_out_as_a_file(place: Place, as_user: Login, at: Any) -> None:
    at(date(2026, 3, 30))
    proposal = missed(place, days_ago=28)
    answer = as_user("eva").get(f"{LIST}?format=csv")
    text = answer.content.decode("utf-8-sig")
    assert "Ärende" in text.splitlines()[0]
    assert "Förhandsbedömning" in text
    assert "2026-03-16" in text
    event = AuditEvent.objects.get(action="deviation.exported")
    assert event.subject_ids == [proposal.pk]


@pytest.mark.parametrize("name", ["eva", "anna", "sara"])
def test_at_most_15_queries_with_30_rows(
    place: Place,
    registers: Registers,
    as_user: Login,
    name: str,
    django_assert_max_num_queries: Any,
) -> None:
    rules = ("preliminary_assessment", "lvu_referral", "unexecuted_decision")
    some = [missed(place, rules[number % 3]) for number in range(30)]
    client = as_user(name)
    ids = ",".join(str(proposal.pk) for proposal in some)
    urls = [LIST, "/inkorg/", "/"]
    if name != "sara":
        urls += [
            f"{LIST}{some[0].pk}/",
            f"{LIST}{some[0].pk}/avboj/",
            f"{LIST}tillsammans/?ids={ids}",
        ]
    for url in urls:
        client.get(url)
        with django_assert_max_num_queries(15):
            assert client.get(url).status_code == 200


@pytest.mark.parametrize("name", ["eva", "anna", "sara"])
def test_at_most_15_queries_whatever_kinds_of_record(
    place: Place, as_user: Login, at: Any, name: str, django_assert_max_num_queries: Any
) -> None:
    at(date(2025, 10, 6))
    intakes = take_in(place, "Ä1")
    begin_time(place.actor("eva"), intakes[0].case_id, "placement_review", date(2025, 10, 6))
    decide(place, "Ä2")
    investigated(place, Inquiry("Ä3", date(2025, 10, 6)))
    at(date(2026, 5, 4))
    sweep()
    units.rename_unit(place.actor("simon"), place.unit.pk, name="Nya", on=clock.today())
    some = list(Proposal.objects.select_related("deadline").order_by("pk"))
    kinds = {proposal.deadline.kind for proposal in some}
    assert kinds == {"intake", "investigation", "decision", "watchedtime"}
    client = as_user(name)
    ids = ",".join(str(proposal.pk) for proposal in some if not proposal.asks_lex_sarah)
    urls = [LIST] if name == "sara" else [LIST, f"{LIST}tillsammans/?ids={ids}"]
    for url in urls:
        client.get(url)
        with django_assert_max_num_queries(15):
            text = page(client, url)
        assert {number for number in ("Ä1", "Ä2", "Ä3") if number in text} == {"Ä1", "Ä2", "Ä3"}
