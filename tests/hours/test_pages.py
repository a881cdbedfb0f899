"""The pages of declaring and accepting: status, words, what is typed stays, and as many queries for two lines as for twenty."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from levier.audit.models import PersonRead
from levier.commitments.models import Period
from levier.hours import actions
from levier.hours.models import Evidence, LedgerEntry, Statement, StatementLine
from levier.web import clock
from tests.reliability import pieces
from tests.world import NOW

OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def the_clock(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def story(world):
    world.owed = world.commitment(world.contract())
    world.samira = world.placement(world.person(), world.owed)
    world.kevin = world.placement(world.person("Arnoux", "Kevin"), world.owed)
    world.address = f"/declarations/{world.owed.public_id}/2026-10/"
    return world


def plain(response) -> str:
    return (
        response.content.decode()
        .replace("\u00a0", " ")
        .replace("&nbsp;", " ")
        .replace("\u202f", " ")
        .replace("&#x27;", "'")
    )


def fields(story, samira: str, kevin: str, do: str) -> dict[str, str]:
    return {f"h-{story.samira.public_id}": samira, f"h-{story.kevin.public_id}": kevin, "do": do}


def test_the_company_finds_its_late_months_first(story):
    page = plain(story.client("company").get("/declarations/"))
    assert "À vous, en retard depuis le 15 février 2026" in page
    assert "Janvier 2026, Réhabilitation du collège 2026-0147. Ensuite, 9 autres mois vous attendent." in page
    assert page.index("janvier 2026") < page.index("octobre 2026")
    assert "Mois en cours" in page


def test_declaring_from_the_form_to_the_facilitator(story):
    client = story.client("company")
    page = plain(client.get(story.address))
    assert "Déclarer les heures d’octobre 2026" in page
    assert "Samira Belkacem" in page
    assert "éligible jusqu’au 31 décembre 2027" in page
    answer = client.post(story.address, fields(story, "151:40", "98,5", "review"))
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{story.address}relire/"
    page = plain(client.get(answer.headers["Location"]))
    assert "Rien ne bloque l’envoi" in page
    assert "250,17" in page
    assert "Aucune pièce n’est jointe" in page
    answer = client.post(f"{story.address}relire/", follow=True)
    assert "2 lignes d’octobre 2026 sont parties chez votre facilitateur" in plain(answer)
    answer = client.post(f"{story.address}relire/", follow=True)
    assert "n’a pas été envoyé deux fois" in plain(answer)
    assert StatementLine.objects.filter(state="pending").count() == 2
    assert "Le facilitateur relit vos heures" in plain(client.get(story.address))


def test_errors_are_beside_the_field_and_at_the_top_and_nothing_typed_is_lost(story):
    client = story.client("company")
    answer = client.post(
        story.address, fields(story, "quinze", "223", "review") | {f"w-{story.kevin.public_id}": "abc"}
    )
    page = plain(answer)
    assert answer.status_code == 422
    assert 'value="quinze"' in page
    assert 'value="abc"' in page
    assert f'href="#f-h-{story.samira.public_id}"' in page
    assert "Samira Belkacem : « quinze » n’est pas un nombre d’heures" in page
    assert f'id="f-h-{story.samira.public_id}-error"' in page
    answer = client.post(story.address, fields(story, "10", "223", "review"))
    assert answer.status_code == 422
    assert "223 h dépassent le maximum légal d’un mois, 222 h" in plain(answer).replace(",00", "")
    assert Statement.objects.get().state == "draft"
    assert 'value="223,00"' in plain(client.get(story.address))


def test_a_month_that_cannot_be_declared_says_why_and_keeps_what_was_typed(story):
    future = story.address.replace("2026-10", "2026-12")
    answer = story.client("company").post(future, fields(story, "12,5", "7", "review"))
    assert answer.status_code == 422
    assert "n’a pas commencé" in plain(answer)
    assert 'value="12,5"' in plain(answer) or "12,5" in plain(answer)
    assert not Statement.objects.exists()


def test_copying_saving_and_no_hours(story):
    story.sent_line(story.owed, story.samira, month=date(2026, 9, 1), hours="151.67")
    client = story.client("company")
    client.post(story.address, fields(story, "", "12", "copy"))
    assert 'value="151,67"' in plain(client.get(story.address))
    answer = client.post(story.address, fields(story, "100", "12", "save"), follow=True)
    assert "Brouillon enregistré" in plain(answer)
    client.post(story.address, fields(story, "100", "12", "none"))
    assert "personne n’a travaillé sur cet engagement en octobre 2026" in plain(client.get(f"{story.address}relire/"))
    answer = client.post(f"{story.address}relire/", follow=True)
    assert "aucune heure d’octobre 2026" in plain(answer)


def test_pieces_are_attached_and_wait_for_the_antivirus(story, settings):
    client = story.client("company")
    client.post(story.address, fields(story, "10", "12", "save"))
    sheet = pieces.pdf("Relevé d’octobre")
    answer = client.post(
        f"{story.address}pieces/", {"file": SimpleUploadedFile("Relevé d’octobre.pdf", sheet)}, follow=True
    )
    assert "Elle attend l’analyse antivirus" in plain(answer)
    assert "En attente d’analyse antivirus" in plain(answer)
    address = f"/pieces/{Evidence.objects.get().file.public_id}/"
    # without an antivirus, nothing leaves quarantine, for anybody
    for who in ("company", "near", "mission"):
        assert story.client(who).get(address).status_code == 409, who
        assert story.client(who).get(f"{address}page.png").status_code == 409, who
        page = plain(story.client(who).get(f"{address}voir/"))
        assert "Personne ne peut ouvrir cette pièce" in page
        assert "Télécharger" not in page
    # an installation that says it has none shows the piece with a warning
    settings.CLAMD = "none"
    assert "Non analysée : pas d’antivirus ici" in plain(client.get(story.address))
    for who, status in (
        ("company", 200),
        ("near", 200),
        ("mission", 200),
        ("far", 404),
        ("rival", 404),
        ("buyer", 404),
    ):
        answer = story.client(who).get(address)
        assert answer.status_code == status, who
    answer = client.get(address)
    assert answer.content == sheet
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"MZ\x00", "n’est pas d’un format accepté"), (b"", "est vide"), (None, "Choisissez un fichier")],
)
def test_a_piece_that_cannot_be_kept_says_why(story, content, words, settings):
    sent = {} if content is None else {"file": SimpleUploadedFile("a.pdf", content)}
    answer = story.client("company").post(f"{story.address}pieces/", sent)
    assert answer.status_code == 422
    assert words in plain(answer)
    settings.LARGEST_EVIDENCE = 3
    answer = story.client("company").post(f"{story.address}pieces/", {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})
    assert "Mo au plus" in plain(answer)


def test_strangers_and_broken_addresses_get_the_same_answer(story):
    for who in ("rival", "far", "buyer", "stranger_buyer"):
        assert story.client(who).get(story.address).status_code == 404, who
        assert story.client(who).post(story.address, fields(story, "1", "1", "save")).status_code == 404, who
    client = story.client("company")
    for month in ("2026-13", "2026-1", "x", "0000-01", "9999-12", "2026-10-01"):
        assert client.get(f"/declarations/{story.owed.public_id}/{month}/").status_code == 404, month
    assert client.get(f"/declarations/{'a' * 26}/2026-10/").status_code == 404
    assert story.client("near").post(story.address, fields(story, "1", "1", "save")).status_code == 404
    assert story.client("mission").post(f"{story.address}relire/").status_code == 404


def test_followers_read_what_was_sent_and_not_the_draft(story):
    story.client("company").post(story.address, fields(story, "111", "12", "save"))
    for who in ("near", "mission"):
        page = plain(story.client(who).get(story.address))
        assert "111" not in page
        assert "Belkacem" not in page
    story.client("company").post(f"{story.address}relire/")
    for who in ("near", "mission"):
        page = plain(story.client(who).get(story.address))
        assert "111,00" in page
        assert "Samira Belkacem" in page


def pending(story, count: int = 0) -> list[StatementLine]:
    lines = [
        story.sent_line(story.owed, story.samira, hours="151.67"),
        story.sent_line(story.owed, story.kevin, hours="180.00"),
    ]
    for number in range(count):
        placement = story.placement(story.person(f"Nom{number}", "Prénom"), story.owed)
        lines.append(story.sent_line(story.owed, placement, hours="100.00"))
    return lines


def trusted(story) -> None:
    """Past months and a piece: what makes a line agree."""
    from levier.files.actions import receive
    from levier.files.values import read_piece

    for placement in (story.samira, story.kevin):
        story.sent_line(story.owed, placement, month=date(2026, 9, 1), hours="90.00")
    statement = Statement.objects.get(month=OCTOBER)
    stored = receive(actor=story.actors["company"], received=read_piece(b"%PDF-1", "r.pdf", largest=99), now=NOW)
    Evidence.objects.create(statement=statement, file=stored)


def test_doubts_come_first_and_the_rest_is_accepted_in_one_go(story):
    samira, kevin = pending(story)
    trusted(story)
    client = story.client("near")
    page = plain(client.get("/heures/a-valider/?mois=2026-10"))
    assert "Heures d’octobre 2026 à accepter" in page
    assert "2 lignes, 1 entreprise, 331,67 h" in page.replace("<strong>", "").replace("</strong>", "")
    assert page.index("Kevin Arnoux") < page.index("Samira Belkacem")
    assert (
        "Plus d’heures que le contrat de travail n’en prévoit ce mois : 151,67 h au plus pour 35 h par semaine." in page
    )
    assert "1 ligne sans doute, 151,67 h" in page
    assert "CANARI" not in page
    answer = client.post(
        "/heures/a-valider/decider/",
        {"do": "agreeing", "agreeing": [samira.public_id, kevin.public_id], "back": "/heures/a-valider/?mois=2026-10"},
        follow=True,
    )
    assert "1 ligne est acceptée et comptée" in plain(answer)
    assert [entry.line_id for entry in LedgerEntry.objects.all()] == [samira.pk]
    answer = client.post(
        "/heures/a-valider/decider/", {"do": "ticked", "line": [kevin.public_id, samira.public_id]}, follow=True
    )
    assert "2 lignes sont acceptées" in plain(answer)  # ticking what one had accepted oneself changes nothing
    assert LedgerEntry.objects.count() == 2


def test_bulk_says_what_was_not_accepted_and_why(story):
    samira, kevin = pending(story)
    story.user("other", "facilitator", story.organisations["Structure des facilitateurs"], story.territory(4))
    actions.accept_line(actor=story.actors["other"], line_public_id=kevin.public_id, now=NOW)
    answer = story.client("near").post(
        "/heures/a-valider/decider/", {"do": "ticked", "line": [samira.public_id, kevin.public_id]}, follow=True
    )
    page = plain(answer)
    assert "1 ligne est acceptée et comptée" in page
    assert "Kevin Arnoux : Other Essai a déjà accepté ces heures le 25 novembre 2026 à 10 h 00" in page


def test_accepting_one_line_leads_to_the_next(story):
    samira, kevin = pending(story)
    answer = story.client("near").post(
        "/heures/a-valider/decider/",
        {
            "accept": samira.public_id,
            "order": f"{samira.public_id} {kevin.public_id}",
            "back": f"/heures/a-valider/?mois=2026-10&ligne={samira.public_id}",
        },
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/heures/a-valider/?mois=2026-10&ligne={kevin.public_id}"
    answer = story.client("near").post(
        "/heures/a-valider/decider/", {"do": "ticked", "back": "//ailleurs.test/"}, follow=True
    )
    assert answer.redirect_chain == [("/heures/a-valider/", 303)]
    assert "Aucune ligne n’est cochée" in plain(answer)


def test_refusing_and_reversing_ask_for_a_reason(story):
    samira, _ = pending(story)
    client = story.client("near")
    address = f"/heures/{samira.public_id}/refuser/"
    assert "Refuser les heures de Samira Belkacem" in plain(client.get(address))
    answer = client.post(address, {"motif": "", "reason": " "})
    assert answer.status_code == 422
    assert "Écrivez un motif" in plain(answer)
    answer = client.post(
        address, {"motif": "Pièce absente ou illisible", "reason": "Envoyez le relevé signé."}, follow=True
    )
    assert "est renvoyée à l’entreprise" in plain(answer)
    samira.refresh_from_db()
    assert samira.reason == "Pièce absente ou illisible. Envoyez le relevé signé."
    page = plain(story.client("company").get(story.address))
    assert "Pièce absente ou illisible. Envoyez le relevé signé." in page
    assert "1 ligne refusée" in page
    kevin = StatementLine.objects.get(placement=story.kevin)
    client.post("/heures/a-valider/decider/", {"accept": kevin.public_id})
    answer = client.post(f"/heures/{kevin.public_id}/annuler/", {"reason": "Relevé faux"}, follow=True)
    assert "n’est plus comptée" in plain(answer)
    assert sum(entry.hours for entry in LedgerEntry.objects.all()) == 0


def test_strangers_cannot_open_or_decide_a_line(story):
    samira, _ = pending(story)
    for who in ("far", "mission", "buyer", "company", "rival"):
        client = story.client(who)
        for address in (f"/heures/{samira.public_id}/cote/", f"/heures/{samira.public_id}/refuser/"):
            assert client.get(address).status_code == 404, (who, address)
        client.post(f"/heures/{samira.public_id}/refuser/", {"reason": "x"})
        client.post("/heures/a-valider/decider/", {"do": "ticked", "line": [samira.public_id]})
    samira.refresh_from_db()
    assert samira.state == "pending"


def test_reading_names_is_journaled_once_a_person_and_page(story):
    pending(story)
    story.client("near").get("/heures/a-valider/")
    assert PersonRead.objects.filter(purpose="validate").count() == 2
    story.client("company").get(story.address)
    assert PersonRead.objects.filter(purpose="declare").count() == 2


def test_the_panel_is_a_fragment(story):
    samira, _ = pending(story)
    page = plain(story.client("near").get(f"/heures/{samira.public_id}/cote/"))
    assert page.lstrip().startswith("<aside")
    assert "tous employeurs confondus, pour 222 h au plus" in page


def test_the_mission_closes_a_month(story):
    samira, kevin = pending(story)
    client = story.client("mission")
    answer = client.post(f"{story.address}clore/", follow=True)
    assert "2 lignes d’octobre 2026 attendent encore une décision" in plain(answer)
    for line in (samira, kevin):
        actions.accept_line(actor=story.actors["near"], line_public_id=line.public_id, now=NOW)
    assert "Clore octobre 2026" in plain(client.get(story.address))
    answer = client.post(f"{story.address}clore/", follow=True)
    assert "Le mois d’octobre 2026 est clos" in plain(answer)
    assert Period.objects.get(month=OCTOBER).sealed_at == NOW
    assert "Mois clos" in plain(story.client("company").get(story.address))
    for who in ("near", "company"):
        assert story.client(who).post(f"{story.address}clore/").status_code == 404


@pytest.mark.parametrize("page", ["/heures/a-valider/?mois=2026-10", "form", "/declarations/"])
def test_queries_do_not_grow_with_the_lines(story, page, django_assert_num_queries, request):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    pending(story, 1)
    client = story.client("near" if page.startswith("/heures") else "company")
    address = story.address if page == "form" else page
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert client.get(address).status_code == 200
    for number in range(15):
        placement = story.placement(story.person(f"Autre{number}", "Prénom"), story.owed)
        story.sent_line(story.owed, placement, hours="100.00")
    with django_assert_num_queries(len(few)):
        assert client.get(address).status_code == 200
    assert len(few) <= 26


def test_empty_pages_say_what_to_do_next(world):
    assert "Aucune ligne n’attend votre décision" in plain(world.client("near").get("/heures/a-valider/"))
    assert "Aucun mois à déclarer" in plain(world.client("company").get("/declarations/"))
    commitment = world.commitment(world.contract())
    page = plain(world.client("company").get(f"/declarations/{commitment.public_id}/2026-10/"))
    assert "Personne n’est affecté à cet engagement" in page


def test_hours_are_never_rounded_on_the_way(story):
    client = story.client("company")
    client.post(story.address, fields(story, "0,01", "0", "review"))
    client.post(f"{story.address}relire/")
    line = StatementLine.objects.get(placement=story.samira)
    actions.accept_line(actor=story.actors["near"], line_public_id=line.public_id, now=NOW)
    assert LedgerEntry.objects.get().hours == Decimal("0.01")


def test_a_month_of_eighty_lines_is_one_light_page_that_says_what_changed(story):
    for number in range(80):
        placement = story.placement(story.person(f"Nom{number:02d}", "Prénom"), story.owed)
        story.sent_line(story.owed, placement, hours=f"{100 + number}.00")
        story.sent_line(story.owed, placement, month=date(2026, 9, 1), hours="100.00")
    answer = story.client("near").get("/heures/a-valider/?mois=2026-10")
    page = plain(answer)
    assert page.count("data-line") == 80
    assert len(answer.content) < 180_000
    assert "+20,00" in page
    assert "Nom00" in page


def test_a_piece_is_read_drawn_again_and_a_threat_is_never_shown(story, settings):
    from levier.files.models import StoredFile

    settings.CLAMD = "none"
    client = story.client("company")
    client.post(story.address, fields(story, "10", "12", "save"))
    content = b"Nom;Heures\nBelkacem;=2+2\n"
    client.post(f"{story.address}pieces/", {"file": SimpleUploadedFile("heures.csv", content)})
    file = Evidence.objects.get().file
    page = plain(story.client("near").get(f"/pieces/{file.public_id}/voir/"))
    assert "=2+2" in page
    assert "Cette installation n’a pas d’antivirus" in page
    assert PersonRead.objects.filter(what="evidence", purpose="validate").count() == 2
    acting = b"%PDF-1.7\n1 0 obj << /OpenAction << /S /JavaScript /JS (1) >> >> endobj\n%%EOF\n"
    client.post(f"{story.address}pieces/", {"file": SimpleUploadedFile("feuille.pdf", acting)})
    other = Evidence.objects.get(file__name="feuille.pdf").file
    assert story.client("near").get(f"/pieces/{file.public_id}/").content == content
    answer = story.client("near").get(f"/pieces/{other.public_id}/")
    assert (answer.status_code, "un programme" in plain(answer)) == (409, True)
    assert "Télécharger l’original" not in plain(story.client("near").get(f"/pieces/{other.public_id}/voir/"))
    StoredFile.objects.filter(pk=file.pk).update(state="refused", scanned_at=NOW, scanned_by="ClamAV", threat="Eicar")
    for who in ("company", "near", "mission"):
        answer = story.client(who).get(f"/pieces/{file.public_id}/voir/")
        assert answer.status_code == 410
        assert "=2+2" not in plain(answer)
        assert story.client(who).get(f"/pieces/{file.public_id}/").status_code == 404
    for who in ("far", "rival", "buyer"):
        for end in ("", "voir/", "page.png"):
            assert story.client(who).get(f"/pieces/{file.public_id}/{end}").status_code == 404
