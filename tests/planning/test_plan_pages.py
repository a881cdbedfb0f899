"""The pages of the purchase plan: who reads them, what they say, what they refuse, what they cost; then the story in a browser."""

import io
import time
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from levier.planning import upload_actions
from levier.planning.models import Need, ObligationWaiver, PlanUpload, TenderPublication
from levier.planning.summary import verdicts_of
from levier.web import clock
from tests.planning.plans import HEADING, LINES, book, bring, receive, seven_hundred
from tests.web.test_contract_pages import count_queries, get, words
from tests.world import NOW, World


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def sent(content: bytes, name: str = "plan.xlsx") -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, content)}


@pytest.mark.parametrize(
    ("who", "status"), [("mission", 200), ("buyer", 200), ("stranger_buyer", 200), ("near", 404), ("company", 404)]
)
def test_the_plan_is_for_the_mission_and_the_buyers(ground: World, who: str, status: int):
    bring(ground, receive(ground, book(*LINES)))
    answer = get(ground, who, "plan")
    assert answer.status_code == status
    assert ("Rénovation du collège" in words(answer)) == (who in {"mission", "buyer"})


def test_a_file_goes_through_its_pages(ground: World):
    buyer = ground.client("buyer")
    answer = buyer.post(reverse("plan-upload"), sent(book(*LINES)))
    assert answer.status_code == 303
    upload = PlanUpload.objects.get()
    here = reverse("plan-file", args=[upload.public_id])
    page = words(buyer.get(here))
    assert "4 lignes lues" in page
    assert "1 à corriger" in page
    assert "« à voir »" in page
    assert 'name="c-6-amount" value="à voir"' in page
    only = words(buyer.get(here + "?vue=erreurs"))
    assert "Gardiennage" in only
    assert "Rénovation du collège" not in only
    assert 'name="c-4-cpv"' in words(buyer.get(here + "?ligne=4")), "any line can be corrected"
    shown = {"do": "save", "shown": ["4", "5", "6", "7"], "tick": ["4", "5"], "c-6-amount": "510 k€"}
    assert buyer.post(here, shown).status_code == 303
    assert [(one.row, one.ticked) for one in upload.lines.all()] == [(4, True), (5, True), (6, True), (7, False)]
    assert buyer.post(here, {"do": "next"}).headers["Location"] == reverse("plan-difference", args=[upload.public_id])
    difference = words(buyer.get(reverse("plan-difference", args=[upload.public_id])))
    assert "3 nouvelles lignes" in difference
    assert not Need.objects.exists()
    assert buyer.post(reverse("plan-difference", args=[upload.public_id])).status_code == 303
    assert Need.objects.count() == 3
    assert "La programmation est à jour" in words(buyer.get(reverse("plan")))
    again = words(buyer.get(reverse("plan-difference", args=[upload.public_id])))
    assert "Ce que l’import a changé" in again


def test_what_was_typed_wrong_in_a_cell_stays_with_its_sentence(ground: World):
    upload = receive(ground, book(*LINES))
    here = reverse("plan-file", args=[upload.public_id])
    ground.client("buyer").post(here, {"do": "save", "shown": ["6"], "c-6-amount": "bientôt"})
    page = words(get(ground, "buyer", "plan-file", upload.public_id, vue="erreurs"))
    assert 'value="bientôt"' in page
    assert "« bientôt » ne se lit pas comme un montant" in page


def test_columns_are_shown_and_corrected(ground: World):
    heading = tuple("Besoin A" if name.startswith("Montant") else name for name in HEADING)
    upload = receive(ground, book(*LINES, heading=heading))
    address = reverse("plan-columns", args=[upload.public_id])
    page = words(get(ground, "buyer", "plan-columns", upload.public_id))
    assert "D – Besoin A" in page
    now = {one["field"]: one["column"] for one in upload.reading["mapping"]}
    answer = ground.client("buyer").post(address, {"sheet": "Achats", "header_row": "3", **now, "amount": "D"})
    assert answer.status_code == 303, words(answer)
    assert upload.lines.get(row=4).facts["amount"] == "6000000.00"
    wrong = ground.client("buyer").post(address, {"sheet": "Nulle part", "header_row": "3", **now})
    assert wrong.status_code == 422
    assert "Nulle part" in words(wrong)


@pytest.mark.real_files
@pytest.mark.parametrize(
    "name", ["bombe_200Mo.xlsx", "classeur_coupe.xlsx", "entite_externe.xlsx", "javascript.pdf", "photo.jpg"]
)
def test_hostile_files_are_refused_in_words_and_nothing_is_kept(ground: World, shared_data: Path, name: str):
    content = (shared_data / "samples" / "hostile" / name).read_bytes()
    answer = ground.client("buyer").post(reverse("plan-upload"), sent(content, name))
    assert answer.status_code == 422
    assert "Ce fichier n’est pas lu" in words(answer)
    assert not PlanUpload.objects.exists()


@pytest.mark.real_files
@pytest.mark.parametrize(
    ("name", "lines"), [("programmation_2027.xlsx", 14), ("plan_voirie.ods", 8), ("besoins.csv", 7)]
)
def test_the_sample_plans_are_read_in_the_page(ground: World, shared_data: Path, name: str, lines: int):
    content = (shared_data / "samples" / "purchase_plans" / name).read_bytes()
    assert ground.client("mission").post(reverse("plan-upload"), sent(content, name)).status_code == 303
    upload = PlanUpload.objects.get()
    assert upload.lines.count() == lines
    assert f"{lines} lignes lues" in words(get(ground, "mission", "plan-file", upload.public_id))


def test_no_file_is_said_beside_the_field(ground: World):
    answer = ground.client("buyer").post(reverse("plan-upload"))
    assert answer.status_code == 422
    assert "Choisissez le fichier" in words(answer)


def test_a_line_is_typed_corrected_decided_and_opened(ground: World):
    buyer = ground.client("buyer")
    wrong = buyer.post(reverse("need-new"), {"object": "Peinture des couloirs", "amount": "cher"})
    assert wrong.status_code == 422
    assert 'value="Peinture des couloirs"' in words(wrong)
    made = buyer.post(
        reverse("need-new"),
        {
            "reference": "M-7",
            "object": "Peinture des couloirs",
            "amount": "250 k€",
            "nature": "Travaux",
            "start": "T1 2027",
        },
    )
    assert made.status_code == 303
    need = Need.objects.get()
    page = words(buyer.get(reverse("need", args=[need.public_id])))
    assert "Pourquoi, dans l’ordre" in page
    assert "Politique du Département" in page
    here = reverse("need", args=[need.public_id])
    refused = buyer.post(here, {"do": "instrument", "instrument": "none"})
    assert refused.status_code == 422
    assert (
        buyer.post(here, {"do": "instrument", "instrument": "reserved_lot", "reason": "Un ESAT voisin"}).status_code
        == 303
    )
    assert buyer.post(here, {"do": "stage", "stage": "sizing"}).status_code == 303
    assert (
        buyer.post(
            reverse("need-edit", args=[need.public_id]),
            {"reference": "M-7", "object": "Peinture", "amount": "260 k€", "nature": "Travaux"},
        ).status_code
        == 303
    )
    shown = words(buyer.get(here))
    assert "250 000 € → 260 000 €" in shown
    assert "Un ESAT voisin" in shown
    opened = buyer.post(here, {"do": "open"})
    need.refresh_from_db()
    assert opened.headers["Location"] == reverse("tender", args=[need.contract.public_id])
    tender = words(buyer.get(opened.headers["Location"]))
    assert "pas encore examiné" in tender
    assert '<option value="reserved_lot" selected>' in tender
    assert buyer.post(here, {"do": "open"}).status_code == 422


def test_the_model_the_errors_and_the_plan_leave_as_workbooks(ground: World, settings):
    upload = receive(ground, book(*LINES))
    model = openpyxl.load_workbook(io.BytesIO(get(ground, "buyer", "plan-model").content))
    again = ground.client("buyer").post(reverse("plan-upload"), sent(get(ground, "buyer", "plan-model").content))
    assert again.status_code == 303, "our own model is read"
    assert model.sheetnames == ["Programmation", "Mode d’emploi"]
    errors = list(
        openpyxl.load_workbook(io.BytesIO(get(ground, "buyer", "plan-errors", upload.public_id).content)).active.values
    )
    assert (errors[1][0], errors[1][4]) == (6, "à voir")
    bring(ground, upload)
    out = openpyxl.load_workbook(io.BytesIO(get(ground, "buyer", "plan-xlsx").content))
    assert out.sheetnames == ["Programmation", "Par étape"]
    assert [row[1] for row in out["Par étape"].values][1:3] == [0, 3]
    assert get(ground, "buyer", "plan-csv").content.decode().startswith("\ufeffRéférence;Objet")
    assert get(ground, "buyer", "plan-original", upload.public_id).status_code == 409, "not before the antivirus"
    settings.CLAMD = "none"
    original = get(ground, "buyer", "plan-original", upload.public_id)
    assert original.headers["Content-Disposition"].startswith("attachment")
    assert original.content == book(*LINES) or len(original.content) == upload.file.size


def test_lists_cost_a_constant_number_of_queries(ground: World):
    upload = receive(ground, book(*LINES))
    bring(ground, upload)
    many = book(
        *((f"X-{n}", f"Achat {n}", "Services", 1000 * n, "90911200", "T1 2027", 12, "Arles") for n in range(1, 36))
    )
    buyer = ground.client("buyer")
    draft = receive(ground, many)
    addresses = (
        reverse("plan"),
        reverse("plan-file", args=[draft.public_id]),
        reverse("plan-difference", args=[draft.public_id]),
    )
    buyer.get(addresses[0])
    before = [count_queries(lambda address=address: buyer.get(address)) for address in addresses]
    bring(ground, receive(ground, many))
    assert [count_queries(lambda address=address: buyer.get(address)) for address in addresses] == before
    assert max(before) <= 12


@pytest.mark.slow
def test_five_thousand_lines_come_with_their_verdicts_by_stages(ground: World, capsys, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upload_actions, "SECONDS", 0.1)
    content = seven_hundred(3, 5000)
    started = time.process_time()
    upload = receive(ground, content)
    first = upload.lines.filter(verdict__isnull=True).count()
    assert 0 < first < 5000, "progress is shown: the first verdicts are there, the others come"
    page = words(get(ground, "buyer", "plan-file", upload.public_id))
    assert "<progress" in page
    here, buyer = reverse("plan-file", args=[upload.public_id]), ground.client("buyer")
    for _ in range(12):
        if upload.lines.filter(verdict__isnull=True).exists():
            buyer.post(here, {"do": "continue"})
    assert not upload.lines.filter(verdict__isnull=True).exists()
    with capsys.disabled():
        print(f"\nplan: 5000 lines read, kept and judged in {time.process_time() - started:.1f} s of this process")


def test_the_verdicts_of_the_page_are_those_of_the_command(ground: World):
    from levier.planning.reading import read_plan
    from levier.reference.published import published_catalogue
    from levier.spreadsheets.opening import open_table

    content = seven_hundred(5, 60)
    upload = receive(ground, content)
    plan = read_plan(open_table(content, "plan.xlsx"), "plan.xlsx")
    said = [(one.basis.value, one.instrument.value) for one in verdicts_of(plan, published_catalogue(), NOW.date())]
    assert [(one.verdict["basis"], one.verdict["instrument"]) for one in upload.lines.all()] == said


def press(visitor, name: str, role: str = "button") -> None:
    """Press, and wait for the page it leads to."""
    with visitor.page.expect_navigation():
        visitor.page.get_by_role(role, name=name).first.click()


@pytest.mark.journey
def test_the_mission_takes_seven_hundred_lines_she_never_saw(ground: World, visit):
    """Upload, look, correct in the cell, see the difference, import, get Excel back; open a file, be held, waive, publish."""
    mission = visit(ground.client("mission"))
    mission.open(reverse("plan-upload"))
    assert mission.page.locator("#f-file").is_visible()
    # The browser does not hand the bytes of a chosen file to whoever answers in its place: the same form, sent by the same session.
    mission.client.post(reverse("plan-upload"), sent(seven_hundred(), "programmation_2027.xlsx"))
    mission.open(reverse("plan"))
    press(mission, "Reprendre programmation_2027.xlsx", "link")
    upload = PlanUpload.objects.get()
    assert upload.lines.count() >= 690
    assert mission.violations() == []
    wrong = upload.lines.filter(errors__gt=0).first()
    if wrong is not None:
        mission.page.goto(mission.page.url.split("?")[0] + "?vue=erreurs")
        name = next(one[1] for one in wrong.facts["problems"] if one[6])
        mission.page.locator(f"#c-{wrong.row}-{name}").fill("125 000" if name == "amount" else f"Corrigé {wrong.row}")
        press(mission, "Enregistrer cette page", "button")
        assert upload.lines.get(row=wrong.row).errors < wrong.errors
        mission.open(reverse("plan-file", args=[upload.public_id]))
    press(mission, "Voir ce qui change, puis importer", "button")
    assert mission.violations() == []
    press(mission, "Importer", "button")
    assert Need.objects.count() == upload.lines.filter(ticked=True).count()
    shown = mission.page.locator("main").inner_text()
    assert "si les avis sont suivis" in shown
    out = openpyxl.load_workbook(io.BytesIO(get(ground, "mission", "plan-xlsx").content), read_only=True)
    rows = list(out["Programmation"].values)
    assert len(rows) == Need.objects.filter(gone_on__isnull=True).count() + 1
    assert "Heures, centrale" in rows[0]

    need = Need.objects.filter(basis="obligation", contract__isnull=True).exclude(reference="").order_by("id").first()
    mission.open(reverse("need", args=[need.public_id]))
    assert mission.violations() == []
    press(mission, "Ouvrir le dossier du marché", "button")
    press(mission, "Examiner le marché", "link")
    mission.page.locator("#f-consultation_date").fill("2026-12-01")
    if not mission.page.locator("#f-duration_months").input_value():
        mission.page.locator("#f-duration_months").fill("24")
    mission.page.get_by_label("Je confirme ce montant").check()
    press(mission, "Répondre aux deux questions", "button")
    need.refresh_from_db()
    mission.open(reverse("tender", args=[need.contract.public_id]))
    assert "Publication retenue" in mission.page.locator("main").inner_text()
    press(mission, "Enregistrer la publication", "button")
    assert "2112-2-1" in mission.page.locator("main").inner_text()
    assert mission.violations() == []
    mission.page.get_by_text("Consigner une dispense").click()
    mission.page.locator("#f-ground").select_option("no_sufficient_link")
    mission.page.locator("#f-reason").fill("Prestation sans personnel affecté au marché")
    press(mission, "Inscrire au registre", "button")
    assert ObligationWaiver.objects.get().reason.startswith("Prestation sans")
    press(mission, "Enregistrer la publication", "button")
    assert TenderPublication.objects.exists()
    need.refresh_from_db()
    assert need.stage == "published"
    mission.open(reverse("waivers"))
    assert "Prestation sans personnel" in mission.page.locator("main").inner_text()


@pytest.mark.journey
@pytest.mark.parametrize(
    ("width", "theme", "script"), [(360, "light", True), (1440, "dark", True), (1440, "light", False)]
)
def test_the_pages_have_nothing_against_them(ground: World, visit, width: int, theme: str, *, script: bool):
    draft = receive(ground, book(*LINES))
    bring(ground, receive(ground, book(*LINES[:2])))
    need = Need.objects.first()
    lot = ground.contract()
    window = visit(ground.client("mission"), width=width, theme=theme, script=script)
    for address in (
        reverse("plan"), reverse("plan-upload"), reverse("plan-file", args=[draft.public_id]), reverse("plan-file", args=[draft.public_id]) + "?ligne=4",
        reverse("plan-columns", args=[draft.public_id]), reverse("plan-difference", args=[draft.public_id]), reverse("need", args=[need.public_id]),
        reverse("need-new"), reverse("waivers"), reverse("tender", args=[lot.contract.public_id]), reverse("tender-ess", args=[lot.contract.public_id]),
    ):  # fmt: skip
        window.open(address)
        if script:
            assert window.violations() == [], address
            assert window.overflow <= 0, address
        else:
            assert window.page.locator("h1").count() == 1
