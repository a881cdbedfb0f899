"""The pages of a company's table: what is said, what is asked, what can be downloaded, and as many queries for two lines as for twenty."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from levier.hours.models import StatementFile, StatementFileLine, StatementLine
from levier.spreadsheets.opening import open_table
from levier.web import clock
from tests.world import NOW

ROOT = "/declarations/tableaux/"


@pytest.fixture(autouse=True)
def the_clock(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def story(world):
    world.owed = world.commitment(world.contract())
    world.samira = world.placement(world.person(), world.owed)
    world.kevin = world.placement(world.person("Arnoux", "Kevin"), world.owed)
    return world


def plain(response) -> str:
    return (
        response.content.decode()
        .replace("\u00a0", " ")
        .replace("&nbsp;", " ")
        .replace("\u202f", " ")
        .replace("&#x27;", "'")
    )


def drop(story, *rows: str, heading: str = "Nom;Prénom;Mois;Heures", follow: bool = True):
    content = "\n".join((heading, *rows)).encode()
    return story.client("company").post(ROOT, {"file": SimpleUploadedFile("heures.csv", content)}, follow=follow)


def test_from_the_file_to_the_statement(story):
    client = story.client("company")
    page = plain(client.get(ROOT))
    assert "Le modèle, déjà rempli des noms" in page
    answer = drop(story, "Belkacem;Samira;10/2026;151,67", "Arnoux;Kevin;10/2026;abc", "Inconnu;Paul;10/2026;12")
    page = plain(answer)
    assert "3 lignes lues" in page
    assert "1 prête, 2 à corriger ou à préciser" in page
    assert "« abc » ne se lit pas comme des heures" in page
    assert "Personne de ce nom n’est affecté à vos marchés" in page
    found = StatementFile.objects.get()
    here = f"{ROOT}fichiers/{found.public_id}/"
    wrong = StatementFileLine.objects.get(file=found, row=3)
    keys = list(StatementFileLine.objects.filter(file=found).values_list("pk", flat=True))
    sent = {"shown": keys, "tick": keys[0], f"c-{wrong.pk}-hours": "98:30", "do": "save", "vue": "", "page": "1"}
    page = plain(client.post(here, sent, follow=True))
    assert "1 ligne relue" in page
    assert "2 prêtes" in page
    page = plain(client.get(f"{here}difference/"))
    assert "Ce qui changera dans vos relevés" in page
    assert "2 nouvelles lignes" in page
    assert "250,17 h à écrire" in page
    assert not StatementLine.objects.exists()
    page = plain(client.post(f"{here}difference/", follow=True))
    assert "Vos relevés sont remplis : 2 lignes écrites" in page
    assert f"/declarations/{story.owed.public_id}/2026-10/relire/" in page
    assert "Rien ne bloque l’envoi" in plain(client.get(f"/declarations/{story.owed.public_id}/2026-10/relire/"))
    # what was refused stays, with its line and its reason
    assert "Personne inconnue" in plain(client.get(f"{here}?vue=erreurs"))
    book = open_table(client.get(f"{here}a-corriger.xlsx").content, "a.xlsx")
    assert [row[0] for row in book.sheets[0].rows[1:]] == [4]
    assert "demandez à votre facilitateur" in str(book.sheets[0].rows[1])
    # typed again after it was filled: said, nothing changes
    assert "déjà repris dans vos relevés" in plain(client.post(here, sent, follow=True))


def test_a_homonym_is_chosen_on_the_page(story):
    story.placement(story.person("Belkacem", "Samira"), story.owed)
    page = plain(drop(story, "Belkacem;Samira;10/2026;100"))
    assert "De qui s’agit-il ?" in page
    line = StatementFileLine.objects.get()
    here = f"{ROOT}fichiers/{line.file.public_id}/"
    choice = f"{story.owed.pk}-{story.samira.pk}"
    client = story.client("company")
    client.post(here, {"shown": line.pk, f"q-{line.pk}": "1-1", "do": "save"})
    line.refresh_from_db()
    assert line.match == "asked"
    client.post(here, {"shown": line.pk, f"q-{line.pk}": choice, "do": "save"})
    line.refresh_from_db()
    assert (line.match, line.person.placement_id, line.ticked) == ("ready", story.samira.pk, True)


def test_the_model_names_the_people_of_the_month_and_comes_back_read(story):
    client = story.client("company")
    content = client.get(f"{ROOT}modele.xlsx?mois=2026-10").content
    rows = open_table(content, "m.xlsx").sheets[0].rows
    assert [row[:4] for row in rows[1:]] == [
        [story.samira.person.reference, "Belkacem", "Samira", "2026-0147"],
        [story.kevin.person.reference, "Arnoux", "Kevin", "2026-0147"],
    ]
    assert "1998" not in str(rows)
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    book["Heures"]["H2"], book["Heures"]["H3"] = 151.67, "98:30"
    stream = io.BytesIO()
    book.save(stream)
    client.post(ROOT, {"file": SimpleUploadedFile("levier-heures.xlsx", stream.getvalue())})
    assert list(StatementFileLine.objects.values_list("match", flat=True)) == ["ready", "ready"]


def test_what_is_no_table_says_why_and_columns_may_be_designated(story):
    client = story.client("company")
    answer = client.post(ROOT, {"file": SimpleUploadedFile("a.xlsx", b"%PDF-1.7")})
    assert answer.status_code == 422
    assert "est un PDF" in plain(answer)
    assert "Choisissez votre tableau" in plain(client.post(ROOT, {}))
    drop(story, "Belkacem;Samira;10/2026;12;100", heading="Nom;Prénom;Mois;Heures prévues du contrat;Temps fait")
    found = StatementFile.objects.get()
    here = f"{ROOT}fichiers/{found.public_id}/"
    page = plain(client.get(f"{here}colonnes/"))
    assert "Colonnes reconnues" in page
    assert "Critère" not in page
    now = {one["field"]: one["column"] for one in found.reading["mapping"]}
    sent = {"header_row": "1", **now, "hours": "5"}
    page = plain(client.post(f"{here}colonnes/", sent, follow=True))
    assert "Elles seront reconnues la prochaine fois" in page
    assert list(StatementFileLine.objects.values_list("match", "hours")) == [("ready", 100)]


def test_as_many_queries_for_two_lines_as_for_forty(story, django_assert_num_queries):
    client = story.client("company")
    counts = []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for size in (2, 40):
        for number in range(size):
            story.placement(story.person(f"Nom{size}x{number}", "Prénom"), story.owed)
        drop(story, *(f"Nom{size}x{number};Prénom;10/2026;1{number:02d}" for number in range(size)))
        here = f"{ROOT}fichiers/{StatementFile.objects.latest('pk').public_id}/"
        got = []
        for address in (here, f"{here}difference/", f"{here}colonnes/", f"{here}a-corriger.xlsx"):
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert client.get(address).status_code == 200
            got.append(len(seen))
        counts.append(got)
    assert counts[0] == counts[1]


def test_strangers_get_the_same_answer_as_for_nothing(story):
    drop(story, "Belkacem;Samira;10/2026;100")
    here = f"{ROOT}fichiers/{StatementFile.objects.get().public_id}/"
    for who in ("rival", "near", "mission", "buyer"):
        for address in (here, f"{here}difference/", f"{here}colonnes/", f"{here}a-corriger.xlsx"):
            assert story.client(who).get(address).status_code == 404, (who, address)
            assert story.client(who).post(address).status_code in {404, 405}, (who, address)
    assert story.client("near").get(ROOT).status_code == 404


@pytest.mark.journey
@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1440, "dark")])
def test_the_pages_hold_on_a_phone_and_in_the_dark(story, visit, width, theme):
    story.placement(story.person("Belkacem", "Samira"), story.owed)
    drop(
        story,
        "Arnoux;Kevin;10/2026;151,67",
        "Belkacem;Samira;10/2026;98",
        "Inconnu;Paul;10/2026;12",
        "Arnoux;Kevin;09/2026;35h/sem",
    )
    here = f"{ROOT}fichiers/{StatementFile.objects.get().public_id}/"
    window = visit(story.client("company"), width=width, theme=theme)
    for address in (ROOT, here, f"{here}?vue=erreurs", f"{here}difference/", f"{here}colonnes/"):
        window.open(address)
        assert window.violations() == [], address
        assert window.overflow == 0, address
