"""What a company is told before it sends: hours outside the calendar of the site, training above its part; nothing is blocked."""

from datetime import date
from decimal import Decimal

import pytest

from levier.commitments.models import Commitment
from levier.commitments.site_actions import write_site_period
from levier.commitments.site_days import SiteKind, SiteSpan, possible_hours
from levier.foundation.explanation import Confidence
from levier.hours import differences, file_actions, filling
from levier.hours.actions import accept_line
from levier.hours.checks import RowFacts, Span, warnings_before_sending
from levier.hours.codes import Doubt
from levier.hours.models import StatementLine
from levier.hours.reviewing import lines_with_doubts
from levier.hours.training import TrainingCount, over_training
from levier.hours.values import MonthLimit, Window
from levier.participants.models import Placement
from levier.reference.published import published_catalogue
from levier.reference.values import ReferenceValue
from tests.reading import words
from tests.world import NOW, World

CATALOGUE = published_catalogue()
OCTOBER = date(2026, 10, 1)
DAYS = Span(OCTOBER, date(2026, 10, 31))


def row(hours: str, spans=()) -> RowFacts:
    site = possible_hours(spans, DAYS.first, DAYS.last, daily=Decimal(10), nightly=Decimal(8)).result
    window = Window(date(2026, 1, 1), date(2026, 1, 1), date(2027, 1, 1))
    return RowFacts(
        OCTOBER, Decimal(hours), DAYS, (window,), Decimal(35), MonthLimit(Decimal(240), "essai", Decimal(10)), site
    )


def test_hours_beyond_the_open_days_are_told_and_zero_hours_are_not():
    closed = (SiteSpan(SiteKind.ORDER, date(2026, 9, 15)),)
    assert [one.code for one in warnings_before_sending(row("1", closed))] == [Doubt.OFF_CALENDAR]
    assert warnings_before_sending(row("0", closed)) == ()
    assert warnings_before_sending(row("120")) == ()


def counted(most: str, accepted: str, pending: str) -> TrainingCount:
    cap = ReferenceValue(
        "counting.training_cap", "Plafond", Decimal("0.25"), "FRACTION", date(2010, 1, 1), "essai", Confidence.UNVERIFIED
    )  # fmt: skip
    return TrainingCount(cap, Decimal(most), Decimal(accepted), Decimal(pending))


def test_of_several_lines_in_training_the_first_take_what_is_left():
    asked = [(1, Decimal(15)), (2, Decimal(10)), (3, Decimal(1))]
    found = over_training(counted("100", "60", "20"), Decimal(400), asked)
    assert {key: one.facts["left"] for key, one in found.items()} == {2: Decimal(5), 3: Decimal(0)}
    assert over_training(counted("100", "60", "20"), Decimal(400), [(1, Decimal(20))]) == {}
    assert over_training(counted("100", "100", "20"), Decimal(400), [(1, Decimal(0))]) == {}


@pytest.fixture
def owed(world: World) -> Commitment:
    return world.commitment(world.contract(), due="400.00")


def page(owed, more=""):
    return f"/declarations/{owed.public_id}/2026-10/{more}"


@pytest.mark.django_db
def test_the_company_reads_that_its_hours_are_off_the_calendar_and_sends_all_the_same(world, owed):
    placement = world.placement(world.person(), owed)
    write_site_period(
        actor=world.actors["near"], commitment_public_id=owed.public_id, kind=SiteKind.ORDER, first_day=date(2026, 9, 28),
        last_day=None, reason="OS n° 7", now=NOW,
    )  # fmt: skip
    company = world.client("company")
    company.post(page(owed), {f"h-{placement.public_id}": "120", "do": "save"})
    for shown in (words(company.get(page(owed))), words(company.get(page(owed, "relire/")))):
        assert "Des heures tombent hors du calendrier du chantier" in shown
        assert "120 h déclarées pour 0 h possibles au plus sur ce chantier" in shown
        assert "suspendu par ordre de service depuis le 28 septembre 2026" in shown
        assert f"/marches/engagements/{owed.public_id}/chantier/inscrire/" in shown
    company.post(page(owed, "relire/"))
    assert StatementLine.objects.get().state == "pending"


@pytest.mark.django_db
def test_the_company_reads_how_many_hours_of_training_will_count_under_which_rule_since_when(world, owed):
    placement, other = world.placement(world.person(), owed), world.placement(world.person("Deux"), owed)
    Placement.objects.update(modality="training")
    sent = world.sent_line(owed, placement, hours="80.00", month=date(2026, 8, 1))
    accept_line(actor=world.actors["near"], line_public_id=sent.public_id, now=NOW)
    world.sent_line(owed, placement, hours="5.00", month=date(2026, 9, 1))
    company = world.client("company")
    typed = {f"h-{placement.public_id}": "0", f"h-{other.public_id}": "30", "do": "save"}
    company.post(page(owed), typed)
    for shown in (words(company.get(page(owed))), words(company.get(page(owed, "relire/")))):
        for said in (
            "Formation : 15 h peuvent encore compter, sur 100 h",
            "de ces 30 h, 15 h peuvent encore compter",
            "25 % des heures dues (400 h), soit 100 h, depuis le 1er janvier 2010",
            "non vérifié",
            "80 h comptent déjà et 5 h attendent une réponse",
            "15 h au plus peuvent être déclarées",
            "Plus de formation que ce qui peut compter",
        ):
            assert said in shown, said
    company.post(page(owed, "relire/"))
    [row] = [
        one for one in lines_with_doubts(world.actors["near"], date(2026, 10, 1), values=CATALOGUE) if one.line.hours
    ]
    [told] = [one for one in row.doubts if one.code is Doubt.OVER_TRAINING]
    assert told.facts["left"] == 20, "for who decides, what waits has taken nothing yet"


@pytest.mark.django_db
def test_training_within_its_part_is_no_warning_and_no_doubt(world, owed):
    placement = world.placement(world.person(), owed)
    Placement.objects.update(modality="training")
    company = world.client("company")
    company.post(page(owed), {f"h-{placement.public_id}": "100", "do": "save"})
    assert "de ces" not in words(company.get(page(owed, "relire/")))
    company.post(page(owed, "relire/"))
    [row] = lines_with_doubts(world.actors["near"], date(2026, 10, 1), values=CATALOGUE)
    assert Doubt.OVER_TRAINING not in {one.code for one in row.doubts}


@pytest.mark.django_db
def test_a_table_says_which_lines_are_off_the_calendar_before_it_fills(world, owed):
    world.placement(world.person(), owed)
    write_site_period(
        actor=world.actors["near"], commitment_public_id=owed.public_id, kind=SiteKind.LEAVE, first_day=OCTOBER,
        last_day=date(2026, 10, 31), reason="Congés", now=NOW,
    )  # fmt: skip
    reference = owed.lot.contract.reference
    content = f"Nom;Prénom;Marché;Mois;Heures\nBelkacem;Samira;{reference};10/2026;35\nBelkacem;Samira;{reference};09/2026;35\n"
    made = file_actions.receive_file(
        actor=world.actors["company"], content=content.encode(), name="heures.csv", now=NOW
    )
    file_actions.tick_all(actor=world.actors["company"], file_id=made.public_id, on=True)
    told = differences.compared(made).changes(differences.CHANGES)[0:]
    assert [(one.month.month, one.off_site) for one in told] == [(9, False), (10, True)]
    shown = words(world.client("company").get(f"/declarations/tableaux/fichiers/{made.public_id}/difference/"))
    assert "Des heures tombent hors du calendrier du chantier" in shown
    assert "fermé pour congés" in shown
    filling.fill(actor=world.actors["company"], file_id=made.public_id, now=NOW)
    assert StatementLine.objects.filter(state="draft").count() == 2
