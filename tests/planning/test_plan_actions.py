"""A purchase plan in the application: a file received, corrected, compared, imported; lines typed by hand; the board; contract files."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.db.models import Sum

from levier.audit.models import JournalEntry
from levier.files.queries import content_of
from levier.foundation.objections import NotForYou, Refusal
from levier.organisations.values import StructureKind
from levier.planning import importing, need_actions, plan_queries, upload_actions
from levier.planning.drafts import corrected, differences, key_of, keyed, line_from_json, line_to_json
from levier.planning.models import ColumnMemory, Need, PlanUpload, UploadLine
from levier.planning.reading import read_plan
from levier.planning.stages import Stage
from levier.planning.values import Instrument
from levier.procurement.models import Contract
from levier.spreadsheets.opening import open_table
from levier.supply.actions import save_structure
from levier.supply.values import StructureFacts, Trade
from tests.planning.plans import LINES, book, bring, receive
from tests.supply.test_directory import SHELL
from tests.world import NOW, World, siret


def test_a_file_is_kept_read_and_judged_before_anything_enters_the_plan(ground: World):
    content = book(*LINES)
    upload = receive(ground, content)
    assert (upload.state, upload.reading["sheet"], upload.reading["header_rows"]) == ("draft", "Achats", [3])
    assert content_of(upload.file) == content, "the file survives"
    lines = list(upload.lines.all())
    assert [(one.facts.get("reference"), one.errors, one.ticked) for one in lines] == [
        ("T-1", 0, True), ("S-2", 0, True), ("S-3", 1, False), ("F-4", 0, True),
    ]  # fmt: skip
    assert lines[0].verdict["basis"] == "obligation"
    assert lines[0].verdict["hours"]
    assert any("L2112-2-1" in code for code, _ in lines[0].verdict["articles"])
    assert not Need.objects.exists()
    assert JournalEntry.objects.get(thread=upload.public_id).action == "plan.received"


@pytest.mark.parametrize("who", ["near", "company", "stranger_buyer"])
def test_others_keep_no_plan_of_this_buyer(ground: World, who: str):
    with pytest.raises(NotForYou):
        receive(ground, book(*LINES), who)
    upload = receive(ground, book(*LINES))
    actor = ground.actors[who]
    for act in (
        lambda: bring(ground, upload, who=who), lambda: upload_actions.tick_all(actor=actor, upload_id=upload.public_id, on=False),
        lambda: upload_actions.abandon(actor=actor, upload_id=upload.public_id, now=NOW),
        lambda: upload_actions.correct_cells(actor=actor, upload_id=upload.public_id, cells={(6, "amount"): "1"}, now=NOW),
        lambda: upload_actions.continue_verdicts(actor=actor, upload_id=upload.public_id, now=NOW),
        lambda: upload_actions.read_again(actor=actor, upload_id=upload.public_id, sheet="", header_row=None, columns={}, now=NOW),
        lambda: plan_queries.upload_for(actor, upload.public_id),
    ):  # fmt: skip
        with pytest.raises(NotForYou):
            act()
    bring(ground, upload)
    need = Need.objects.first()
    assert need is not None
    for act in (
        lambda: need_actions.open_file(actor=actor, public_id=need.public_id, now=NOW),
        lambda: need_actions.move_need(actor=actor, public_id=need.public_id, stage=Stage.IDEA, now=NOW),
        lambda: need_actions.choose_instrument(
            actor=actor, public_id=need.public_id, instrument=Instrument.NONE, reason="x", now=NOW
        ),
        lambda: plan_queries.need_for(actor, need.public_id),
    ):
        with pytest.raises(NotForYou):
            act()


def test_a_cell_is_corrected_in_place_and_its_line_judged_again(ground: World):
    upload = receive(ground, book(*LINES))
    upload_actions.correct_cells(
        actor=ground.actors["buyer"], upload_id=upload.public_id, cells={(6, "amount"): "toujours pas"}, now=NOW
    )
    still = upload.lines.get(row=6)
    assert (still.errors, still.ticked, still.typed) == (1, False, {"amount": "toujours pas"}), "what was typed is kept"
    upload_actions.correct_cells(
        actor=ground.actors["buyer"], upload_id=upload.public_id, cells={(6, "amount"): "510 k€"}, now=NOW
    )
    line = upload.lines.get(row=6)
    assert (line.errors, line.ticked, line.facts["amount"]) == (0, True, "510000.00")
    assert line.verdict["basis"] == "obligation", "510 000 € of services is above the threshold"
    with pytest.raises(NotForYou):
        upload_actions.correct_cells(
            actor=ground.actors["buyer"], upload_id=upload.public_id, cells={(600, "amount"): "1"}, now=NOW
        )
    with pytest.raises(Refusal):
        upload_actions.correct_cells(
            actor=ground.actors["buyer"], upload_id=upload.public_id, cells={(6, "section"): "1"}, now=NOW
        )


def test_a_reference_in_double_is_an_error_until_it_is_changed(ground: World):
    upload = receive(ground, book(LINES[0], (*("T-1",), *LINES[1][1:])))
    second = upload.lines.get(row=5)
    assert second.errors == 1

    def fix(text):
        return upload_actions.correct_cells(
            actor=ground.actors["buyer"], upload_id=upload.public_id, cells={(5, "reference"): text}, now=NOW
        )

    fix("t 1")
    assert upload.lines.get(row=5).errors == 1, "the same reference, written otherwise"
    fix("T-9")
    assert upload.lines.get(row=5).errors == 0


def test_only_ticked_lines_enter_and_the_next_month_shows_its_difference(ground: World):
    bring(ground, receive(ground, book(*LINES)))
    assert sorted(Need.objects.values_list("reference", flat=True)) == ["F-4", "S-2", "T-1"]
    need = Need.objects.get(reference="S-2")
    assert (need.amount, need.starts, need.stage, need.category) == (
        Decimal("88000.00"),
        "2027-Q3",
        "screened",
        "services",
    )
    next_month = receive(
        ground, book(LINES[0], ("S-2", "Nettoyage des vitres", "Services", "95 000 €", "90911300", "T4 2027", 24, "Marseille"),
                     ("S-5", "Espaces verts des collèges", "Services", "240 000", "77310000", "T1 2027", 36, "Arles")), name="plan-2.xlsx")  # fmt: skip
    found = {(one.kind, one.reference): one.fields for one in importing.compared(next_month)}
    assert set(found) == {("same", "T-1"), ("changed", "S-2"), ("new", "S-5"), ("gone", "F-4")}
    assert found["changed", "S-2"] == (("amount", "88000.00", "95000.00"), ("starts", "2027-Q3", "2027-Q4"))
    assert Need.objects.get(reference="S-2").amount == Decimal("88000.00"), "nothing changes before the import"
    done = bring(ground, next_month, gone=True)
    assert Need.objects.get(reference="S-2").amount == Decimal("95000.00")
    assert Need.objects.get(reference="F-4").gone_on == NOW.date()
    assert (done.outcome["new"], done.outcome["changed"], done.outcome["same"], done.outcome["gone"]) == (1, 1, 1, 1)
    with pytest.raises(Refusal, match="déjà importé"):
        bring(ground, next_month)


def test_importing_the_same_file_again_changes_nothing(ground: World):
    bring(ground, receive(ground, book(*LINES)))
    before = list(Need.objects.order_by("id").values("key", "amount", "starts", "title", "stage"))
    again = bring(ground, receive(ground, book(*LINES)))
    assert (again.outcome["new"], again.outcome["changed"], again.outcome["gone"]) == (0, 0, 0)
    assert list(Need.objects.order_by("id").values("key", "amount", "starts", "title", "stage")) == before


def test_a_line_left_unticked_is_neither_changed_nor_gone(ground: World):
    bring(ground, receive(ground, book(*LINES)))
    second = receive(
        ground,
        book(
            ("S-2", "Nettoyage des vitres", "Services", "1 €", "90911300", "T3 2027", 24, "Marseille"),
            LINES[0],
            LINES[3],
        ),
    )
    upload_actions.tick(actor=ground.actors["buyer"], upload_id=second.public_id, shown=[4], ticked=[])
    assert "S-2" not in {one.reference for one in importing.compared(second) if one.kind != "same"}
    upload_actions.tick_all(actor=ground.actors["buyer"], upload_id=second.public_id, on=False)
    with pytest.raises(Refusal, match="Aucune ligne n’est cochée"):
        bring(ground, second)


def test_columns_corrected_by_a_person_are_remembered_for_the_organisation(ground: World):
    heading = ("Réf", "Objet", "Nature", "Besoin A", "CPV", "Quand", "Mois", "Besoin B")
    lines = [
        (ref, title, nature, 1, cpv, start, months, amount)
        for ref, title, nature, amount, cpv, start, months, _ in (LINES[0], LINES[1])
    ]
    upload = receive(ground, book(*lines, heading=heading))
    upload_actions.read_again(
        actor=ground.actors["buyer"],
        upload_id=upload.public_id,
        sheet="",
        header_row=None,
        columns={"amount": "H"},
        now=NOW,
    )
    assert [one.facts.get("amount") for one in upload.lines.all()] == ["6000000.00", "88000.00"]
    assert ColumnMemory.objects.get().heading == "Besoin B"
    second = receive(ground, book(*lines, heading=heading))
    assert [one.facts.get("amount") for one in second.lines.all()] == ["6000000.00", "88000.00"], (
        "found again by itself"
    )
    elsewhere = receive(ground, book(*LINES), who="stranger_buyer", organisation="Commune d’ailleurs")
    assert elsewhere.lines.count() == 4, "another table is read as it is"
    with pytest.raises(Refusal):
        upload_actions.read_again(
            actor=ground.actors["buyer"],
            upload_id=second.public_id,
            sheet="Absente",
            header_row=None,
            columns={},
            now=NOW,
        )
    assert second.lines.count() == 2, "nothing is lost by a refusal"


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "vide"), (b"\xff\xd8\xff\x00", "image"), (b"PK\x03\x04rien", "abîmé|lu|ouvr")],
    ids=["empty", "photo", "broken"],
)
def test_what_is_not_a_plan_is_refused_and_nothing_is_kept(ground: World, content: bytes, said: str):
    with pytest.raises(Refusal, match=said):
        receive(ground, content)
    assert not PlanUpload.objects.exists()


def test_a_long_file_is_judged_by_stages(ground: World, monkeypatch):
    monkeypatch.setattr(upload_actions, "AT_ONCE", 2)
    monkeypatch.setattr(upload_actions, "SECONDS", -1)
    upload = receive(ground, book(*LINES))
    assert upload.lines.filter(verdict__isnull=True).count() == 2
    with pytest.raises(Refusal, match="pas encore tous calculés"):
        bring(ground, upload)
    assert upload_actions.continue_verdicts(actor=ground.actors["buyer"], upload_id=upload.public_id, now=NOW) == 0
    assert bring(ground, upload).state == "imported"


def test_the_local_supply_weighs_in_the_verdict(ground: World):
    cleaning = ("S-2", "Nettoyage des vitres", "Services", "88 000 €", "90911300", "T3 2027", 24, "Aix-en-Provence")
    assert receive(ground, book(cleaning)).lines.get().verdict["supply"] == "", "an empty directory says nothing"
    for number in range(600, 615):
        facts = StructureFacts(
            siret(number),
            StructureKind.EI,
            f"Propreté {number}",
            postcode="13090",
            city="Aix-en-Provence",
            trades=(Trade.CLEANING,),
        )
        save_structure(actor=SHELL, facts=facts, now=NOW)
    verdict = receive(ground, book(cleaning)).lines.get().verdict
    assert "15\u00a0structures dans le territoire du lieu (15 EI)" in verdict["supply"]
    assert verdict["instrument"] == "reserved_lot"


def test_an_abandoned_file_leaves_nothing_but_itself(ground: World):
    upload = receive(ground, book(*LINES))
    upload_actions.abandon(actor=ground.actors["buyer"], upload_id=upload.public_id, now=NOW)
    assert not UploadLine.objects.exists()
    assert PlanUpload.objects.get().state == "abandoned"
    assert content_of(upload.file)


TYPED = {"reference": "M-1", "object": "Débroussaillage des pistes", "nature": "services", "amount": "120 k€", "cpv": "77310000-6", "start": "T2 2027",
         "duration_months": "3 ans", "place": "Aubagne"}  # fmt: skip


def typed(world: World, who: str = "buyer", public_id: str = "", **changes: str) -> Need:
    return need_actions.type_need(
        actor=world.actors[who],
        organisation=world.organisations["Département d’essai"],
        texts=TYPED | changes,
        now=NOW,
        public_id=public_id,
    )


def test_a_line_typed_by_hand_is_read_like_a_file_and_judged(ground: World):
    need = typed(ground)
    assert (need.amount, need.duration_months, need.starts, need.cpv) == (
        Decimal("120000.00"),
        36,
        "2027-Q2",
        "77310000",
    )
    assert need.basis == "policy"
    assert need.hours
    with pytest.raises(Refusal, match="autre ligne"):
        typed(ground)
    with pytest.raises(Refusal) as refused:
        typed(ground, reference="M-2", amount="beaucoup", start="un jour", object="Autre")
    assert {one.field for one in refused.value.objections} == {"amount", "start"}
    with pytest.raises(Refusal, match="objet"):
        typed(ground, object=" ")
    changed = typed(ground, public_id=need.public_id, amount="130 k€")
    assert (changed.pk, changed.amount) == (need.pk, Decimal("130000.00"))
    with pytest.raises(NotForYou):
        typed(ground, who="stranger_buyer")


def test_stages_move_by_hand_until_there_is_a_file(ground: World):
    need = typed(ground)

    def move(stage):
        return need_actions.move_need(actor=ground.actors["mission"], public_id=need.public_id, stage=stage, now=NOW)

    assert move(Stage.SIZING).stage == "sizing"
    with pytest.raises(Refusal, match="à la main"):
        move(Stage.PUBLISHED)
    contract = need_actions.open_file(actor=ground.actors["buyer"], public_id=need.public_id, now=NOW)
    need.refresh_from_db()
    assert (need.stage, need.contract) == ("tender", contract)
    assert (contract.reference, contract.category, contract.lots.get().amount) == (
        "M-1",
        "services",
        Decimal("120000.00"),
    )
    with pytest.raises(Refusal, match="déjà ouvert"):
        need_actions.open_file(actor=ground.actors["buyer"], public_id=need.public_id, now=NOW)
    with pytest.raises(Refusal, match="à la main"):
        move(Stage.IDEA)
    assert move(Stage.DROPPED).stage == "dropped"


def test_a_file_needs_a_nature_and_a_free_reference(ground: World):
    with pytest.raises(Refusal, match="référence"):
        need_actions.open_file(actor=ground.actors["buyer"], public_id=typed(ground, reference="").public_id, now=NOW)
    world_contract = ground.contract("M-1").contract
    with pytest.raises(Refusal, match="M-1"):
        need_actions.open_file(actor=ground.actors["buyer"], public_id=typed(ground).public_id, now=NOW)
    assert Contract.objects.get() == world_contract


def test_another_instrument_is_kept_with_its_reason(ground: World):
    need = typed(ground)

    def keep(one, reason=""):
        return need_actions.choose_instrument(
            actor=ground.actors["buyer"], public_id=need.public_id, instrument=one, reason=reason, now=NOW
        )

    with pytest.raises(Refusal, match="pourquoi"):
        keep(Instrument.RESERVED_LOT)
    assert keep(Instrument.RESERVED_LOT, "Deux ESAT voisins").chosen == "reserved_lot"
    assert keep(Instrument(need.instrument)).chosen_reason == "Avis suivi"


def test_the_board_adds_contracts_euros_and_hours_by_stage(ground: World):
    bring(ground, receive(ground, book(*LINES)))
    typed(ground, reference="M-2")
    need_actions.choose_instrument(
        actor=ground.actors["buyer"],
        public_id=Need.objects.get(reference="S-2").public_id,
        instrument=Instrument.NONE,
        reason="Titulaire en place",
        now=NOW,
    )
    columns = {one.stage: one for one in plan_queries.board(plan_queries.needs_visible_to(ground.actors["mission"]))}
    screened = columns[Stage.SCREENED]
    assert (screened.needs, screened.amount) == (4, Decimal("6244000.00"))
    expected = Need.objects.filter(reference__in=["T-1", "M-2"]).aggregate(total=Sum("hours"))["total"]
    assert screened.hours == expected, "supplies carry none, and a person chose none for S-2"
    assert (
        sum(one.needs for one in plan_queries.board(plan_queries.needs_visible_to(ground.actors["stranger_buyer"])))
        == 0
    )


def test_a_line_survives_its_way_through_json():
    plan = read_plan(open_table(book(*LINES), "x.xlsx"), "x.xlsx")
    for line in plan.lines:
        again = line_from_json(line.row, line_to_json(line))
        assert (again.amount, again.start, again.nature, again.cpv, again.errors, again.warnings) == (
            line.amount, line.start, line.nature, line.cpv, line.errors, line.warnings,
        )  # fmt: skip
    assert corrected(plan.lines[2], "amount", "1,2 M€").amount == Decimal("1200000.00")
    assert differences(keyed(plan.lines), {})[0].kind == "new"
    assert key_of("T 1", "x") == key_of("t-1", "y")


def test_a_workbook_comes_back_with_its_verdicts(ground: World):
    from tests.web.test_contract_pages import get

    upload = receive(ground, book(*LINES))
    book_ = openpyxl.load_workbook(io.BytesIO(get(ground, "buyer", "plan-results", upload.public_id).content))
    rows = list(book_.active.values)
    heading = rows[0]
    assert heading[-11:] == (
        "Avis", "Fondement", "Instrument", "Heures, basse", "Heures, centrale", "Heures, haute", "Semaines", "Personnes", "Raisons", "Articles",
        "Offre locale",
    )  # fmt: skip
    first = dict(zip(heading, rows[1], strict=True))
    assert first["Fondement"] == "Obligation légale"
    assert 0 < first["Heures, basse"] <= first["Heures, centrale"] <= first["Heures, haute"]
    assert "L2112-2-1" in first["Articles"]
