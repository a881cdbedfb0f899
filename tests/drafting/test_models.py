"""Models in Word: the shipped ones say what the law asks, and those put back are judged before they serve."""

import io
import zipfile

import pytest
from docx import Document

from levier.drafting.actions import faults_of_model
from levier.drafting.filling import fill
from levier.drafting.samples import sample_context, sample_contexts
from levier.drafting.shipped import build, shipped_model
from levier.drafting.values import KitInstrument, Piece
from levier.foundation.archives import steady_zip

pytestmark = pytest.mark.slow
ALL = {piece: shipped_model(piece.value) for piece in Piece}


def faults(text: str) -> list[str]:
    return [one.replace("\u00a0", " ") for one in faults_of_model(build(text), "modele.docx")]


def with_part(name: str, content: bytes, model: bytes = ALL[Piece.NOTICE]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(model)) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    return steady_zip({**parts, name: content}.items())


def words_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = " ".join([*(one.text for one in document.paragraphs), *cells])
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


@pytest.fixture(scope="module")
def kits() -> dict[KitInstrument, dict[Piece, str]]:
    return {
        instrument: {piece: words_of(one.content) for piece, one in fill(ALL, sample_context(instrument)).items()}
        for instrument in KitInstrument
    }


def test_the_shipped_models_are_made_the_same_twice_and_pass_their_own_check():
    for piece, model in ALL.items():
        assert shipped_model.__wrapped__(piece.value) == model
        assert faults_of_model(model, "modele.docx") == []


def test_the_same_context_fills_the_same_bytes():
    context = sample_contexts()[0]
    once, twice = fill({Piece.CLAUSES: ALL[Piece.CLAUSES]}, context), fill({Piece.CLAUSES: ALL[Piece.CLAUSES]}, context)
    assert once[Piece.CLAUSES].content == twice[Piece.CLAUSES].content


def test_no_kit_leaves_a_tag_or_an_empty_word(kits):
    for instrument, pieces in kits.items():
        for piece, text in pieces.items():
            assert not {"{{", "}}", "{%", "None", "()", " ,", " de de ", " de les "} & set(_pairs(text)), (
                instrument,
                piece,
            )


def _pairs(text: str) -> list[str]:
    return [mark for mark in ("{{", "}}", "{%", "None", "()", " ,", " de de ", " de les ") if mark in text]


def test_the_clauses_say_all_that_the_brief_asks(kits):
    said = kits[KitInstrument.EXECUTION_CONDITION][Piece.CLAUSES]
    for words in (
        "en application de l’article L. 2112-2 du code de la commande publique", "420 h", "Embauche directe", "Mise à disposition",
        "Sous-traitance ou cotraitance", "Prénom Nom", "04 00 00 00 00", "aux 31 mars, 30 juin, 30 septembre et 31 décembre",
        "avant le 15 du mois suivant", "50 € par heure", "75 € par jour", "mise en demeure", "lettre recommandée", "Globalisation",
        "avant son premier jour", "Demandeur d’emploi ; preuve : attestation", "article 16.1 du CCAG-FCS", "L. 2195-3",
    ):  # fmt: skip
        assert words in said, words
    assert "réservé" not in said
    assert "critère social" not in said


def test_each_instrument_writes_its_own_kit(kits):
    def rc(instrument: KitInstrument) -> str:
        return kits[instrument][Piece.RULES]

    def notice(instrument: KitInstrument) -> str:
        return kits[instrument][Piece.NOTICE]

    assert "10 points sur 100" in rc(KitInstrument.CRITERION)
    assert "Accueil et tutorat" in rc(KitInstrument.CONDITION_AND_CRITERION)
    assert "sans volume imposé" in rc(KitInstrument.CRITERION)
    assert "L. 2112-2" not in rc(KitInstrument.CRITERION)
    assert "au moins égale à 50 %" in notice(KitInstrument.RESERVED_SIAE)
    assert "L. 2113-13 du code" in notice(KitInstrument.RESERVED_SIAE)
    assert "L. 2113-12, L. 2113-13 et L. 2113-14" in notice(KitInstrument.RESERVED_BOTH)
    ess = notice(KitInstrument.RESERVED_ESS)
    assert "L. 2113-15" in ess
    assert "L. 2113-16" in ess
    assert "36 mois au plus" in ess
    assert "50 %" not in ess
    assert "R. 2123-1 (3°)" in notice(KitInstrument.INSERTION_CONTRACT)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Objet : {{ marche.objet", "Champ mal écrit dans « Objet : {{ marche.objet »"),
        ("Objet : {{ marche.obejt }}", "Champ inconnu : « marche.obejt », dans « Objet : {{ marche.obejt }} ». Vouliez-vous écrire « marche.objet » ?"),
        ("{{ titulaire.nom }}", "Champ inconnu : « titulaire.nom »"),
        ("{{ marche. objet objet }}", "Champ mal écrit : « marche. objet objet »"),
        ("{%p if moyen.critere %}\nTexte", "n’est jamais fermée : ajoutez « {% endif %} »"),
        ("Texte\n{%p endif %}", "« endif » ferme une commande qui n’est pas ouverte"),
        ("{%p for lot in marche %}\n{%p endfor %}", "« marche » n’est pas une liste connue"),
        ("{{ lot.numero }}", "Champ inconnu : « lot.numero »"),
        ("{% set a = 1 %}", "La commande « set » n’est pas permise"),
        ("{% include 'x' %}", "La commande « include » n’est pas permise"),
        ("{{ ''.__class__.__mro__ }}", "Champ mal écrit"),
        ("{{ marche.__class__ }}", "Champ inconnu : « marche.__class__ »"),
        ("{{ marche.objet.format(1) }}", "Ce calcul n’est pas permis"),
        ("{{ range(99999999) }}", "Ce calcul n’est pas permis"),
        ("{{ 9999999 ** 9999999 }}", "Ce calcul n’est pas permis"),
        ("{{ lots|map('x') }}", "Ce calcul n’est pas permis"),
    ],
)  # fmt: skip
def test_a_broken_or_dangerous_field_is_said_in_words(text: str, words: str):
    found = faults(text)
    assert any(words in one for one in found), found


def test_honest_changes_pass():
    assert (
        faults(
            "# Titre\nObjet : **{{ marche.objet }}**\n{%p for lot in lots %}\n- {{ lot.numero }} {% if loop.last %}.{% endif %}\n{%p endfor %}"
        )
        == []
    )
    assert faults("{%p if moyen.heures and not moyen.reserve %}\n{{ total_heures|upper }}\n{%p endif %}") == []


def test_curly_quotes_and_split_runs_of_word_pass():
    document = Document(io.BytesIO(build("Début")))
    paragraph = document.add_paragraph("Objet : {{ mar")
    paragraph.add_run("che.obj").bold = True
    paragraph.add_run("et }} et {% if moyen.libelle == “x” %}a{% endif %}")
    buffer = io.BytesIO()
    document.save(buffer)
    assert faults_of_model(buffer.getvalue(), "m.docx") == []
    assert "Objet : Marché d’essai" in words_of(
        fill({Piece.NOTICE: buffer.getvalue()}, sample_contexts()[0])[Piece.NOTICE].content
    )


RELATION = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" TargetMode="External" Target="http://ailleurs.test/m.dotm" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
)
FIELD = (
    b'<?xml version="1.0"?><w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:r>'
    b"<w:instrText>INCLUDETEXT /etc/passwd</w:instrText></w:r></w:p></w:hdr>"
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choisissez le document"),
        (b"%PDF-1.4", "n’est pas un document Word"),
        (b"PK\x03\x04abc", "abîmé"),
        (steady_zip([("a.txt", b"x")]), "n’est pas un document Word"),
        (with_part("word/vbaProject.bin", b"x"), "macro"),
        (with_part("word/embeddings/oleObject1.bin", b"x"), "objet incorporé"),
        (with_part("word/_rels/settings.xml.rels", RELATION), "ailleurs"),
        (with_part("word/header9.xml", FIELD), "champ Word"),
        (with_part("word/settings.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "jamais"),
        (with_part("docProps/core.xml", b"<a>{{ marche.objet }}</a>"), "propriétés"),
        (with_part("../../evil.xml", b"x"), "hors de lui-même"),
        (with_part("word/document.xml", b"<a>"), "abîmé"),
    ],
)  # fmt: skip
def test_hostile_documents_are_refused_in_words(content: bytes, words: str):
    found = faults_of_model(content, "modele.docx")
    assert any(words in one for one in found), found


def test_a_bomb_is_refused_before_anything_reads_it():
    assert "démesuré" in faults_of_model(with_part("word/media/image1.png", b"0" * 80_000_000), "m.docx")[0]
