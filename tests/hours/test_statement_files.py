"""A company's own table of hours: matched, asked, corrected, compared, filled; nothing counted twice, nothing sent by itself."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection

from levier.audit.models import JournalEntry
from levier.commitments.models import CommitmentPlacement
from levier.files.models import StoredFile
from levier.foundation.identifiers import luhn
from levier.foundation.objections import NotForYou, Refusal
from levier.hours import declarations, file_actions, filling
from levier.hours.differences import CHANGES, Change, compared, kept
from levier.hours.file_actions import opened, receive_file
from levier.hours.file_lines import FileLine, Match, Named, corrected, from_json, to_json
from levier.hours.models import (
    HeadingMemory,
    Statement,
    StatementFile,
    StatementFileLine,
    StatementFilePerson,
    StatementLine,
)
from levier.participants.identity import Identity, seal_identity
from levier.spreadsheets.tables import Wishes
from tests.world import NOW

OCTOBER = date(2026, 10, 1)
HEADING = "Nom;Prénom;Date de naissance;Marché;Mois;Heures"


@pytest.fixture(autouse=True)
def the_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def story(world):
    world.owed = world.commitment(world.contract())
    world.samira = world.placement(world.person(), world.owed)
    world.kevin = world.placement(world.person("Arnoux", "Kevin"), world.owed)
    return world


def table(*rows: str, heading: str = HEADING) -> bytes:
    return "\n".join((heading, *rows)).encode()


def dropped(story, *rows: str, heading: str = HEADING, who: str = "company", name: str = "heures.csv") -> StatementFile:
    return receive_file(actor=story.actors[who], content=table(*rows, heading=heading), name=name, now=NOW)


def told(found: StatementFile) -> list[tuple[int, str]]:
    return list(StatementFileLine.objects.filter(file=found).order_by("row", "column").values_list("row", "match"))


def fill(story, found: StatementFile) -> StatementFile:
    return filling.fill(actor=story.actors["company"], file_id=found.public_id, now=NOW)


def changes(found: StatementFile) -> list[Change]:
    return compared(found).changes(CHANGES)[0:]


def hours_now() -> dict[tuple[str, str], Decimal | None]:
    rows = StatementLine.objects.order_by("pk").values_list("placement__person__reference", "statement__month", "hours")
    return {(reference, f"{month:%Y-%m}"): hours for reference, month, hours in rows}


def test_a_table_fills_the_drafts_and_sends_nothing(story):
    found = dropped(story, "BELKACEM;Samira;;2026-0147;10/2026;151,67", "Arnoux;Kévin;;;10/2026;98:30")
    assert told(found) == [(2, "ready"), (3, "ready")]
    assert not Statement.objects.exists()
    done = fill(story, found)
    assert (done.state, done.outcome["new"], done.outcome["hours"]) == ("filled", 2, "250.17")
    assert sorted(hours_now().values()) == [Decimal("98.50"), Decimal("151.67")]
    assert Statement.objects.get().state == "draft"
    assert {line.state for line in StatementLine.objects.all()} == {"draft"}
    threads = set(JournalEntry.objects.filter(action="hours.drafts_filled").values_list("thread", flat=True))
    assert threads == {story.owed.lot.contract.public_id}
    sent = declarations.send(
        actor=story.actors["company"], commitment_public_id=story.owed.public_id, month=OCTOBER, now=NOW
    )
    assert sent.lines == 2


def test_the_same_file_twice_other_order_or_one_line_corrected_counts_once(story):
    first = ("Belkacem;Samira;;;10/2026;151,67", "Arnoux;Kevin;;;10/2026;98,50")
    again = dropped(story, *first)
    assert dropped(story, *first).pk == again.pk
    fill(story, again)
    before = hours_now()
    # the same bytes once they were filled: said, and nothing to write
    twin = dropped(story, *first)
    assert twin.pk != again.pk
    assert any("octet pour octet" in notice for notice in twin.reading["notices"])
    assert [one.kind for one in changes(twin)] == ["same", "same"]
    fill(story, twin)
    # another order
    assert fill(story, dropped(story, *reversed(first))).outcome["new"] == 0
    assert hours_now() == before
    # one line corrected: the difference says which, before and after
    found = dropped(story, "Belkacem;Samira;;;10/2026;120", first[1])
    changed = [one for one in changes(found) if one.kind != "same"]
    assert [(one.kind, one.before, one.after, one.rows) for one in changed] == [
        ("changed", Decimal("151.67"), Decimal(120), (2,))
    ]
    fill(story, found)
    assert sorted(hours_now().values()) == [Decimal("98.50"), Decimal(120)]
    assert StatementLine.objects.count() == 2


def test_what_was_sent_is_not_touched(story):
    story.sent_line(story.owed, story.samira, hours="151.67")
    found = dropped(story, "Belkacem;Samira;;;10/2026;151,67", "Belkacem;Samira;;;10/2026;120")
    lines = list(StatementFileLine.objects.filter(file=found).order_by("row"))
    assert [line.match for line in lines] == ["same", "sent"]
    assert "151,67" in lines[1].said
    assert "renvoyer la ligne" in lines[1].said
    with pytest.raises(Refusal, match="Aucune ligne cochée"):
        fill(story, found)


def test_homonyms_are_asked_and_the_birth_date_or_the_reference_tells(story):
    twin = story.placement(story.person("Belkacem", "Samira"), story.owed)
    born = {"samira": "1998-03-0", "twin": "1998-03-0"}
    del born
    found = dropped(story, "Belkacem;Samira;;;10/2026;100")
    line = StatementFileLine.objects.get(file=found)
    assert (line.match, line.ticked) == ("asked", False)
    assert "Plusieurs personnes portent ce nom" in line.said
    assert {tuple(choice) for choice in line.choices} == {
        (story.owed.pk, story.samira.pk), (story.owed.pk, twin.pk),
    }  # fmt: skip
    changed = file_actions.correct(
        actor=story.actors["company"], file_id=found.public_id, cells={},
        choices={(2, ""): f"{story.owed.pk}-{twin.pk}"}, now=NOW,
    )  # fmt: skip
    line.refresh_from_db()
    assert (changed, line.match, line.person.placement_id) == (1, "ready", twin.pk)
    from levier.participants.identity import open_identity

    person = story.samira.person
    birth = open_identity(person.identity, person.public_id).birth_date
    other = dropped(story, f"Belkacem;Samira;{birth:%d/%m/%Y};;10/2026;100")
    if open_identity(twin.person.identity, twin.person.public_id).birth_date != birth:
        assert StatementFileLine.objects.get(file=other).person.placement_id == story.samira.pk


def test_who_is_unknown_misspelt_or_not_placed_is_said_with_what_to_do(story):
    found = dropped(
        story, "Inconnu;Paul;;;10/2026;100", "Belkacen;Samira;;;10/2026;100", "Belkacem;Samira;;;11/2025;100",
        "Belkacem;Samira;;2099-9999;10/2026;100", "Samira;Belkacem;;;10/2026;90", "Belkacem;Samira;;;12/2026;10",
        "Arnoux;Kevin;;;10/2026;230", "Arnoux;Kevin;;;10/2026;35h/sem",
    )  # fmt: skip
    lines = list(StatementFileLine.objects.filter(file=found).order_by("row"))
    assert [line.match for line in lines] == [
        "unknown", "asked", "not_placed", "not_placed", "ready", "refused", "refused", "wrong",
    ]  # fmt: skip
    assert "demandez à votre facilitateur de l’affecter" in lines[0].said
    assert "est-ce la même personne" in lines[1].said
    assert "n’est la référence d’aucun de vos marchés" in lines[3].said
    assert "n’a pas commencé" in lines[5].said
    assert "maximum légal" in lines[6].said
    assert opened(lines[7]).errors[0].suggestion == "151.67"
    # nothing of who it is lies open in the table
    assert b"Inconnu" not in bytes(lines[0].person.sealed)


def test_a_cell_is_corrected_and_a_new_assignment_is_found(story):
    found = dropped(story, "Belkacem;Samira;;;10/2026;abc", "Neuf;Nora;;;10/2026;70")
    actor = story.actors["company"]
    file_actions.correct(
        actor=actor, file_id=found.public_id, cells={(2, ""): {"hours": "151:40"}}, choices={}, now=NOW
    )
    line = StatementFileLine.objects.get(file=found, row=2)
    assert (line.match, line.hours, opened(line).typed) == ("ready", Decimal("151.67"), {"hours": "151:40"})
    story.placement(story.person("Neuf", "Nora"), story.owed)
    assert file_actions.match_waiting(actor=actor, file_id=found.public_id, now=NOW) == 1
    with pytest.raises(NotForYou):
        file_actions.correct(actor=actor, file_id=found.public_id, cells={(9, ""): {"hours": "1"}}, choices={}, now=NOW)
    with pytest.raises(Refusal, match="ne se corrige pas"):
        file_actions.correct(
            actor=actor, file_id=found.public_id, cells={(2, ""): {"criterion": "x"}}, choices={}, now=NOW
        )


def test_months_in_columns_and_several_employers(story):
    story.placement(story.person("Durand", "Ines"), story.owed, employer="Intérim d’essai")
    agency = story.organisations["Intérim d’essai"].siret
    found = dropped(
        story, f"Durand Ines;{agency};100;110", "Belkacem Samira;;120;", heading="Nom et prénom;SIRET;septembre 2026;octobre 2026"
    )  # fmt: skip
    assert told(found) == [(2, "ready"), (2, "ready"), (3, "ready")]
    fill(story, found)
    assert len(hours_now()) == 3
    assert Statement.objects.count() == 2


def test_two_missions_of_one_placement_are_added_and_never_above_the_maximum(story):
    found = dropped(
        story,
        "Belkacem;Samira;;;10/2026;80",
        "Belkacem;Samira;;;10/2026;60,5",
        "Arnoux;Kevin;;;10/2026;150",
        "Arnoux;Kevin;;;10/2026;140",
    )
    kinds = {one.placement: one for one in changes(found)}
    assert kinds[story.samira.pk].after == Decimal("140.50")
    assert kinds[story.samira.pk].said == "2 lignes additionnées."
    assert kinds[story.kevin.pk].kind == "over"
    done = fill(story, found)
    assert (done.outcome["new"], done.outcome["over"]) == (1, 1)
    assert StatementLine.objects.count() == 1


def test_who_the_file_leaves_out_is_said_and_left_as_they_are(story):
    fill(story, dropped(story, "Belkacem;Samira;;;10/2026;80", "Arnoux;Kevin;;;10/2026;90"))
    gone = story.placement(story.person("Durand", "Ines"), story.owed)
    gone.ends_on = date(2026, 9, 30)
    gone.save(update_fields=["ends_on"])
    found = dropped(story, "Belkacem;Samira;;;10/2026;85")
    told = [(one.kind, one.placement, one.before, one.after) for one in changes(found)]
    assert told == [
        ("changed", story.samira.pk, Decimal(80), Decimal(85)), ("absent", story.kevin.pk, Decimal(90), None),
    ]  # fmt: skip
    assert fill(story, found).outcome["absent"] == 1
    assert StatementLine.objects.get(placement=story.kevin).hours == Decimal(90)
    found.refresh_from_db()
    assert [(one.kind, one.rows) for one in kept(found).changes(("changed", "absent"))] == [
        ("changed", (2,)),
        ("absent", ()),
    ]


def test_missions_of_a_minor_are_added_up_to_the_maximum_of_minors(story):
    young = story.person("Jeune", "Ali")
    young.birth_year, young.identity = 2009, seal_identity(Identity("Jeune", "Ali", date(2009, 3, 1)), young.public_id)
    young.save(update_fields=["birth_year", "identity"])
    story.placement(young, story.owed)
    found = dropped(story, "Jeune;Ali;;;10/2026;100", "Jeune;Ali;;;10/2026;64,01", "Belkacem;Samira;;;10/2026;164,01")
    over = changes(found)[0]
    assert (over.kind, over.rows) == ("over", (2, 3))
    assert "164 h" in over.said.replace("\u00a0", " ").replace("\u202f", " ")
    done = fill(story, found)
    assert (done.outcome["over"], done.outcome["new"], done.outcome["hours"]) == (1, 1, "164.01")


def test_the_columns_confirmed_are_found_again_next_time(story):
    heading = "Salariée et salarié;Temps fait;Mois"
    actor = story.actors["company"]
    with pytest.raises(Refusal):
        dropped(story, "Belkacem Samira;100;10/2026", heading="Qui;Temps fait;Quand")
    assert not StoredFile.objects.exists()
    found = dropped(story, "Belkacem Samira;100;10/2026", heading=heading)
    wishes = Wishes(columns={"full_name": "Salariée et salarié", "hours": "Temps fait", "month": "Mois"})
    file_actions.read_again(actor=actor, file_id=found.public_id, wishes=wishes, now=NOW)
    assert told(found) == [(2, "ready")]
    assert HeadingMemory.objects.filter(field="hours", heading="Temps fait").exists()
    assert told(dropped(story, "Belkacem Samira;101;10/2026", heading=heading)) == [(2, "ready")]


def test_a_social_security_number_is_never_kept(story):
    with pytest.raises(Refusal, match="numéro de sécurité sociale"):
        dropped(story, "Belkacem;Samira;;;10/2026;100;1 98 03 13 055 123 45", heading=f"{HEADING};N° SS")
    assert not StatementFile.objects.exists()
    assert not StoredFile.objects.exists()
    siret_without_zero = next(f"900000001001{key}" for key in range(10) if luhn(f"0900000001001{key}"))
    assert dropped(story, f"Belkacem;Samira;;;10/2026;100;{siret_without_zero}", heading=f"{HEADING};Code").pk


def test_nobody_else_reads_or_works_on_a_companys_table(story):
    found = dropped(story, "Belkacem;Samira;;;10/2026;100")
    for who in ("rival", "near", "far", "mission", "buyer"):
        assert not file_actions.files_visible_to(story.actors[who]).exists(), who
        with pytest.raises(NotForYou):
            filling.fill(actor=story.actors[who], file_id=found.public_id, now=NOW)
        if who != "rival":
            with pytest.raises(NotForYou):
                dropped(story, "Belkacem;Samira;;;10/2026;100", who=who)
    # a rival's table never matches somebody else's people
    other = dropped(story, "Belkacem;Samira;;;10/2026;100", who="rival")
    assert told(other) == [(2, "unknown")]


def test_an_abandoned_file_leaves_nothing(story):
    found = dropped(story, "Belkacem;Samira;;;10/2026;100")
    file_actions.abandon(actor=story.actors["company"], file_id=found.public_id, now=NOW)
    assert not StatementFileLine.objects.exists()
    with pytest.raises(Refusal, match="déjà repris"):
        fill(story, found)


def test_a_placement_taken_off_meanwhile_is_not_written(story):
    found = dropped(story, "Belkacem;Samira;;;10/2026;100", "Arnoux;Kevin;;;10/2026;90")
    CommitmentPlacement.objects.filter(placement=story.kevin).delete()
    assert fill(story, found).outcome["new"] == 1


def test_the_months_of_a_person_share_who_they_name_until_one_is_corrected(story):
    found = dropped(story, "Belkacem;Samira;;;09/2026;100", "Belkacem;Samira;;;10/2026;90", "Arnoux;Kevin;;;10/2026;80")
    people = StatementFilePerson.objects.filter(file=found)
    assert [one.lines.count() for one in people.order_by("placement")] == [2, 1]
    cells = {(2, ""): {"last_name": "Arnoux", "first_name": "Kevin"}, (4, ""): {"first_name": "Kévin"}}
    file_actions.correct(actor=story.actors["company"], file_id=found.public_id, cells=cells, choices={}, now=NOW)
    lines = StatementFileLine.objects.filter(file=found).select_related("person")
    assert [(line.person.placement_id, opened(line).name) for line in lines] == [
        (story.kevin.pk, "Kevin Arnoux"), (story.samira.pk, "Samira Belkacem"), (story.kevin.pk, "Kévin Arnoux"),
    ]  # fmt: skip
    assert people.count() == 3  # whom no line names any more is not kept
    file_actions.abandon(actor=story.actors["company"], file_id=found.public_id, now=NOW)
    assert not people.exists()


def test_a_line_never_names_somebody_of_another_file(story):
    one, other = dropped(story, "Belkacem;Samira;;;10/2026;100"), dropped(story, "Arnoux;Kevin;;;10/2026;80")
    stranger = StatementFilePerson.objects.get(file=other)
    StatementFileLine.objects.filter(file=one).update(person=stranger)
    with pytest.raises(IntegrityError, match="statement_file_line_person"):
        connection.check_constraints()


def test_a_line_survives_its_json_and_its_corrections():
    line = FileLine(
        4, "F", OCTOBER, Decimal("12.00"), Named(last_name="Dos Santos"), typed={"hours": "12"}, choice="1-2"
    )
    again = from_json(to_json(line), row=4, column="F", month=OCTOBER, hours=Decimal("12.00"))
    assert again == line
    wrong = corrected(line, "hours", "beaucoup")
    assert wrong.errors[0].code == "hours_unreadable"
    assert (wrong.shown("hours"), corrected(wrong, "hours", "7h30").hours) == ("beaucoup", Decimal("7.50"))
    assert corrected(line, "month", "").errors[0].code == "month_missing"
    assert corrected(line, "birth_date", "").errors == ()
    assert Match("ready") is Match.READY
