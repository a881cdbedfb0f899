"""The paper: what it says, that machines and screen readers can read it, and that it is the same bytes each time."""

import dataclasses
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pypdf
import pypdfium2
import pytest
import zxingcpp

from levier.compliance.snapshot import Party, SealedBalance, Snapshot, as_content, fingerprint
from levier.documents.rendering import certificate_pdf
from levier.documents.sheet import Sheet, sheet_of, short_code, spaced_siret

CODE = "7kq4m2xdabcdefgh23456789ab"
ADDRESS = "https://levier.exemple.test"
AT = datetime(2026, 11, 20, 10, 4, 27, tzinfo=UTC)


def snapshot(due: str = "1900.00", accepted: str = "2064.00", waived: str = "0.00", people: int | None = 9) -> Snapshot:
    left = Decimal(due) - Decimal(accepted) - Decimal(waived)
    return Snapshot(
        form=1,
        contract_reference="2025-0388",
        contract_title="Restructuration de la maison du bel âge",
        lot_number=2,
        lot_title="Gros œuvre",
        lots=3,
        buyer=Party("Département d’essai", "90000000100011"),
        holder=Party("Calanque Rénovation", "90000001700012"),
        instrument="execution_condition",
        territory_number=3,
        territory="Essai 3",
        facilitator="Structure 3",
        starts_on=date(2026, 1, 6),
        ends_on=date(2026, 10, 30),
        balance=SealedBalance(
            Decimal(due),
            Decimal(accepted),
            Decimal(waived),
            Decimal("0.00"),
            max(left, Decimal("0.00")),
            max(-left, Decimal("0.00")),
        ),
        people=people,
        modalities=("direct_hire", "labour_supply"),
        first_month=date(2026, 4, 1),
        last_month=date(2026, 10, 1),
        sealed_through=date(2026, 10, 1),
        ledger_entries=40,
        ledger_head="ab" * 32,
        place="Aubagne",
    )


def sheet(of: Snapshot, replaces: str = "") -> Sheet:
    return sheet_of(
        of,
        number_label="2026-0012",
        code=CODE,
        fingerprint=fingerprint(as_content(of)),
        sealed_at=AT,
        address=ADDRESS,
        replaces=replaces,
    )


def pdf(of: Snapshot, replaces: str = "") -> bytes:
    return certificate_pdf(sheet(of, replaces), verify_url=f"{ADDRESS}/verifier/{CODE}/", sealed_at=AT)


def text_of(document: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(document))
    assert len(reader.pages) == 1, "one sheet of paper"
    return " ".join(reader.pages[0].extract_text().replace("\u202f", " ").replace("\u00a0", " ").split())


def codes_in(document: bytes) -> list[str]:
    bitmap = pypdfium2.PdfDocument(document)[0].render(scale=2, grayscale=True)
    view = memoryview(bytes(bitmap.buffer)).cast("B", shape=[bitmap.height, bitmap.stride])
    return [found.text for found in zxingcpp.read_barcodes(view)]


def test_the_paper_says_who_what_and_how_much():
    text = text_of(pdf(snapshot()))
    for words in (
        "Attestation de réalisation de la clause sociale d’insertion",
        "n° 2026-0012",
        "établie le 20 novembre 2026",
        "Calanque Rénovation",
        "SIRET 900 000 017 00012",
        "2025-0388, Restructuration de la maison du bel âge",
        "2 064 heures d’insertion acceptées",
        "pour 1 900 heures dues",
        "Heures faites en plus 164,00",
        "Reste à faire 0,00",
        "Neuf personnes ont travaillé sur ce marché d’avril 2026 à octobre 2026",
        "Vu, le maire de la commune du chantier : Aubagne,",
        "levier.exemple.test/verifier/",
        "7KQ4-M2XD",
        "20/11/2026 à 11:04:27",
    ):
        assert words in text
    assert fingerprint(as_content(snapshot())).hex() in text.replace(" ", "")


def test_an_unfinished_commitment_gets_a_statement_that_says_why():
    text = text_of(pdf(snapshot(accepted="1204.50", waived="160.00", people=None), replaces="2026-0003"))
    for words in (
        "État de réalisation",
        "établi le",
        "Il reste 535,50 h à faire sur les 1 900 h dues",
        "Moins de cinq personnes",
        "remplace celui qui porte le n° 2026-0003",
    ):
        assert words in text
    assert "Attestation" not in text


def test_the_paper_is_tagged_titled_and_in_french():
    reader = pypdf.PdfReader(io.BytesIO(pdf(snapshot())))
    catalog = reader.trailer["/Root"].get_object()
    assert catalog["/MarkInfo"]["/Marked"]
    assert str(catalog["/Lang"]).lower().startswith("fr")
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Attestation de réalisation de la clause sociale d’insertion, n° 2026-0012"
    assert reader.metadata.author == "Département des Bouches-du-Rhône"
    xmp = catalog["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1<" in xmp
    assert "<pdfaid:part>2<" in xmp
    kinds, alternatives = structure_of(catalog["/StructTreeRoot"].get_object())
    assert {"/H1", "/Table", "/TH", "/TD", "/Figure", "/P"} <= kinds
    assert any("Code QR" in text for text in alternatives)
    assert any("2\u202f064\u00a0h acceptées" in text for text in alternatives)


def structure_of(root) -> tuple[set[str], list[str]]:
    """Kinds of structure elements, and the texts that stand for figures."""
    kinds, alternatives, waiting = set(), [], [root]
    while waiting:
        node = waiting.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            kinds.add(str(node.get("/S", "")))
            if "/Alt" in node:
                alternatives.append(str(node["/Alt"]))
            if "/K" in node:
                waiting.append(node["/K"])
    return kinds, alternatives


def test_the_same_certificate_gives_the_same_bytes():
    assert pdf(snapshot()) == pdf(snapshot())
    assert pdf(snapshot()) != pdf(snapshot(accepted="2064.01"))


def test_the_qr_code_opens_the_page_that_verifies():
    assert codes_in(pdf(snapshot())) == [f"{ADDRESS}/verifier/{CODE}/"]


@pytest.mark.parametrize(
    "hostile", ["#panic()", '"); #read("/etc/passwd") //', "*_`$[]<>@= \\ {{", "«  Société à l’œuvre » & Cie <b>"]
)
def test_names_are_data_and_never_instructions_to_the_typesetter(hostile: str):
    named = dataclasses.replace(snapshot(), holder=Party(hostile, "90000001700012"))
    assert " ".join(hostile.split()) in text_of(pdf(named))


def test_the_longest_names_still_make_one_page():
    long = dataclasses.replace(
        snapshot(accepted="1204.50", waived="160.00"),
        contract_title="Réhabilitation et extension du collège " * 25,
        lot_title="Gros œuvre, démolitions et reprises en sous-œuvre " * 20,
        holder=Party("Entreprise générale de bâtiment " * 6, "90000001700012"),
        buyer=Party("Société publique locale d’aménagement " * 5, "90000000100011"),
        facilitator="Maison de l’emploi de l’ouest du territoire " * 3,
        modalities=("direct_hire", "labour_supply", "subcontract_sheltered", "training", "reserved", "school_training"),
    )
    assert "n° 2026-0003" in text_of(pdf(long, replaces="2026-0003"))


@pytest.mark.parametrize(
    ("due", "accepted", "waived", "bar"),
    [
        ("100.00", "50.00", "20.00", ("0.5000", "0.2000", "0.0000", "1.0000")),
        ("100.00", "150.00", "0.00", ("0.6667", "0.0000", "0.3333", "0.6667")),
        ("100.00", "0.00", "100.00", ("0.0000", "1.0000", "0.0000", "1.0000")),
        ("100.00", "0.00", "0.00", ("0.0000", "0.0000", "0.0000", "1.0000")),
    ],
)
def test_the_bar_never_overflows(due: str, accepted: str, waived: str, bar):
    found = sheet(snapshot(due, accepted, waived)).bar
    assert (found.accepted, found.waived, found.surplus, found.pivot) == bar


def test_nobody_worked_and_small_words():
    none = dataclasses.replace(snapshot(accepted="0.00", people=0), first_month=None, last_month=None, modalities=())
    assert sheet(none).people == "Aucune heure d’insertion n’a été acceptée sur ce marché."
    assert short_code(CODE) == "7KQ4-M2XD"
    assert spaced_siret("90000001700012") == "900\u202f000\u202f017\u00a000012"


def test_a_seal_at_any_microsecond_has_its_paper():
    """The clock of a server counts in microseconds, the typesetter refuses them."""
    exact = certificate_pdf(sheet(snapshot()), verify_url=f"{ADDRESS}/verifier/{CODE}/", sealed_at=AT)
    assert (
        certificate_pdf(
            sheet(snapshot()), verify_url=f"{ADDRESS}/verifier/{CODE}/", sealed_at=AT.replace(microsecond=123456)
        )
        == exact
    )
