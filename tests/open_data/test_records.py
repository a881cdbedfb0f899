import json
from decimal import Decimal
from typing import Any

import pytest
from made_up import BUYER, COMPANIES, concession, contract, contract_2022, modification

from levier.open_data.labels import AMOUNTS, DOUBTS, FILE_FAULTS, REASONS
from levier.open_data.records import Contract, NotJson, RecordRefused, read_record
from levier.open_data.values import AmountFlag, Doubt, FileFault, Kind, Reason, Social, doubts_of

TODAY = "2026-11-25"


def read(record: Any, section: str = "") -> Contract:
    text = record if isinstance(record, bytes) else json.dumps(record).encode()
    return read_record(text, section, TODAY)


def doubts(record: Any) -> set[Doubt]:
    return set(doubts_of(read(record).mask))


def test_the_2019_format() -> None:
    read_ = read(contract())
    assert (read_.kind, read_.format, read_.buyer, read_.buyer_name) == (
        Kind.CONTRACT,
        "2019",
        BUYER,
        "Commune de Valmorière",
    )
    assert (read_.cpv, read_.place_kind, read_.place_department, read_.duration) == ("45262522", "postcode", "13", 8)
    assert (read_.notified_on, read_.published_on) == ("2018-08-30", "2018-09-22")
    assert read_.initial == read_.current == (Decimal("410500.50"), AmountFlag.SOUND, 0)
    assert read_.holders == [{"id": COMPANIES[0], "kind": "SIRET", "name": "Bâti \\ Pierre"}]
    assert not read_.mask


def test_the_2022_format() -> None:
    read_ = read(contract_2022(), "marche")
    assert (read_.format, read_.place_kind, read_.place_department) == ("2022", "department", "13")
    assert read_.social == [Social.CLAUSE, Social.CRITERION]
    assert read_.holders[0]["id"] == COMPANIES[1]
    assert not read_.mask


def test_concessions_are_read_wherever_they_stand() -> None:
    for section in ("contrat-concession", "marches"):
        read_ = read(concession(), section)
        assert (read_.kind, read_.buyer, read_.current[0]) == (Kind.CONCESSION, BUYER, Decimal(3014900))
        assert (read_.notified_on, read_.holders[0]["id"], read_.social) == ("2023-05-03", COMPANIES[2], [Social.NONE])
        assert not read_.mask
    emptied = contract_2022(autoriteConcedante="", concessionnaires="", valeurGlobale=0.0, dateSignature="")
    assert read(emptied).kind is Kind.CONTRACT


def test_dotted_keys_and_text_for_numbers() -> None:
    record = contract(dureeMois="48", montant="73 500,50")
    record["acheteur.id"] = record.pop("acheteur")["id"]
    read_ = read(record)
    assert (read_.buyer, read_.duration, read_.initial[0]) == (BUYER, 48, Decimal("73500.50"))
    assert doubts(record) == {Doubt.TEXT_FOR_VALUE}


@pytest.mark.parametrize(
    "nesting",
    [
        [{"typeIdentifiant": "SIRET", "id": COMPANIES[0]}],
        [{"titulaire": {"typeIdentifiant": "SIRET", "id": COMPANIES[0]}}],
        {"titulaire": {"typeIdentifiant": "SIRET", "id": COMPANIES[0]}},
        {"titulaire": [{"typeIdentifiant": "SIRET", "id": COMPANIES[0]}]},
        [[{"typeIdentifiant": "SIRET", "id": COMPANIES[0]}]],
    ],
)
def test_companies_in_every_nesting_met(nesting: Any) -> None:
    record = contract(titulaires=nesting)
    assert [holder["id"] for holder in read(record).holders] == [COMPANIES[0]]
    assert not doubts(record)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ([1, 2], Reason.NOT_A_RECORD),
        ("marché", Reason.NOT_A_RECORD),
        (None, Reason.NOT_A_RECORD),
        (contract(id=""), Reason.ID_MISSING),
        (contract(id=None), Reason.ID_MISSING),
        (contract(id=["1"]), Reason.ID_MISSING),
        (contract(acheteur=None), Reason.BUYER_MISSING),
        (contract(acheteur={"id": "  "}), Reason.BUYER_MISSING),
        (contract(acheteur={"id": "a_01"}), Reason.BUYER_INVALID),
        (contract(acheteur={"id": "2199000030001"}), Reason.BUYER_INVALID),
        (contract(acheteur={"id": "²¹⁹⁹⁰⁰⁰⁰³⁰⁰⁰¹⁹"}), Reason.BUYER_INVALID),
        (contract(objet=None, montant=None), Reason.NO_OBJECT_NO_AMOUNT),
        (contract(objet="", montant="NC"), Reason.NO_OBJECT_NO_AMOUNT),
    ],
)
def test_what_is_refused(record: Any, reason: Reason) -> None:
    with pytest.raises(RecordRefused) as refusal:
        read(record)
    assert refusal.value.reason is reason


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ({"id": "2018-0123456789-123"}, Doubt.ID_LENGTH),
        ({"acheteur": {"id": "21990000300018"}}, Doubt.BUYER_KEY),
        ({"acheteur": {"id": "219900003"}}, Doubt.BUYER_SIREN_ONLY),
        ({"objet": None}, Doubt.OBJECT_MISSING),
        ({"nature": "Convention"}, Doubt.NATURE_UNKNOWN),
        ({"procedure": "Gré à gré"}, Doubt.PROCEDURE_UNKNOWN),
        ({"codeCPV": "4526252"}, Doubt.CPV_INVALID),
        ({"lieuExecution": None}, Doubt.PLACE_MISSING),
        ({"lieuExecution": {"code": "13200", "typeCode": "Code hameau"}}, Doubt.PLACE_KIND_UNKNOWN),
        ({"lieuExecution": {"code": "33000", "typeCode": "Code département"}}, Doubt.PLACE_CODE_INVALID),
        ({"dureeMois": "NC"}, Doubt.DURATION_UNREADABLE),
        ({"dureeMois": 0}, Doubt.DURATION_ZERO),
        ({"dureeMois": 1201}, Doubt.DURATION_ABSURD),
        ({"dateNotification": None}, Doubt.DATE_MISSING),
        ({"dateNotification": "0218-08-30"}, Doubt.DATE_IMPOSSIBLE),
        ({"dateNotification": "2018-02-30"}, Doubt.DATE_IMPOSSIBLE),
        ({"dateNotification": "2027-01-01"}, Doubt.DATE_FUTURE),
        ({"montant": None}, Doubt.AMOUNT_MISSING),
        ({"montant": "NC"}, Doubt.AMOUNT_UNREADABLE),
        ({"montant": 0}, Doubt.AMOUNT_ZERO),
        ({"montant": 1}, Doubt.AMOUNT_ONE),
        ({"montant": -1}, Doubt.AMOUNT_NEGATIVE),
        ({"montant": 18.47}, Doubt.AMOUNT_UNIT_PRICE),
        ({"montant": 999999999}, Doubt.AMOUNT_PLACEHOLDER),
        ({"montant": 9999999.99}, Doubt.AMOUNT_PLACEHOLDER),
        ({"montant": 1e17}, Doubt.AMOUNT_ENORMOUS),
        ({"titulaires": []}, Doubt.HOLDER_MISSING),
        ({"titulaires": [{"titulaire": "typeIdentifiant"}]}, Doubt.HOLDER_UNREADABLE),
        ({"titulaires": [{"typeIdentifiant": "SIRET", "id": "90000000100010"}]}, Doubt.HOLDER_KEY),
        ({"modifications": ["avenant"]}, Doubt.AMENDMENT_UNREADABLE),
        ({"modifications": [modification(montant=0)]}, Doubt.AMENDMENT_AMOUNT),
        ({"objet": "RÃ©fection de lâ€™Ã©cole"}, Doubt.MOJIBAKE),
        ({"codeCPV": "3417000"}, Doubt.CPV_ZERO_LOST),
        ({"actesSousTraitance": ["acte"]}, Doubt.SUBCONTRACT_UNREADABLE),
        ({"actesSousTraitance": [{"acteSousTraitance": {"id": 1, "montant": 0}}]}, Doubt.SUBCONTRACT_AMOUNT),
        (
            {"modificationsActesSousTraitance": [{"modificationActeSousTraitance": {"id": 7, "montant": 5000}}]},
            Doubt.SUBCONTRACT_ORPHAN,
        ),
    ],
)
def test_what_is_accepted_with_a_doubt(changes: dict[str, Any], doubt: Doubt) -> None:
    assert doubt in doubts(contract(**changes))
    assert doubt not in doubts(contract())


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ({"considerationsSociales": None}, Doubt.SOCIAL_MISSING),
        ({"considerationsSociales": {"considerationSociale": ["Clause solidaire"]}}, Doubt.SOCIAL_UNKNOWN),
        (
            {"considerationsSociales": {"considerationSociale": ["Clause sociale", "Pas de considération sociale"]}},
            Doubt.SOCIAL_CONTRADICTORY,
        ),
        ({"ccag": "Espaces verts"}, Doubt.CCAG_UNKNOWN),
        ({"marcheInnovant": "oui"}, Doubt.TEXT_FOR_VALUE),
    ],
)
def test_doubts_of_the_2022_format(changes: dict[str, Any], doubt: Doubt) -> None:
    assert doubts(contract_2022(**changes)) == {doubt}


def test_every_doubt_but_that_of_the_run_was_provoked_above_or_below() -> None:
    """A doubt that no test provokes may never be raised: this list must stay complete."""
    provoked = {
        mark.args[1][place][1]
        for test in (test_what_is_accepted_with_a_doubt, test_doubts_of_the_2022_format)
        for mark in test.pytestmark  # type: ignore[attr-defined]  # pytest puts it there
        for place in range(len(mark.args[1]))
    }
    elsewhere = {Doubt.MARKED_INEXACT, Doubt.NOT_STRICT_JSON, Doubt.DUPLICATE_KEY, Doubt.SAME_IDENTITY_OTHER_AMOUNT}
    assert provoked | elsewhere == set(Doubt)


def test_every_code_has_its_french_words() -> None:
    for codes, words in ((Doubt, DOUBTS), (Reason, REASONS), (FileFault, FILE_FAULTS), (AmountFlag, AMOUNTS)):
        assert set(codes) == set(words)


def test_the_last_modification_that_tells_an_amount_replaces_it() -> None:
    told = [
        modification(id=3, dateNotificationModification="2025-03-01", montant=300),
        modification(id=1, dateNotificationModification="2025-01-01", montant=900),
        modification(id=2, dateNotificationModification="2025-02-01", montant=600),
        modification(id=4, dateNotificationModification="2025-04-01", dureeMois=12),
    ]
    read_ = read(contract_2022(modifications=told))
    assert (read_.initial[0], read_.current[0]) == (Decimal(240000), Decimal(300))
    assert [amendment.amount for amendment in read_.amendments] == [300, 900, 600, None]
    same_day = [modification(id=10, dateNotificationModification="2025-01-01", montant=1000)]
    same_day.append(modification(id=9, dateNotificationModification="2025-01-01", montant=900))
    assert read(contract_2022(modifications=same_day)).current[0] == 1000
    flat = read(contract(modifications=[{"dateNotificationModification": "2019-01-01", "montant": 500000}]))
    assert flat.current[0] == 500000


def test_an_absurd_amount_may_be_put_right_by_a_modification_and_the_other_way_round() -> None:
    right = read(contract_2022(montant=1e17, modifications=[modification(id=1, montant=22540)]))
    assert (right.initial[1], right.current[:2]) == (AmountFlag.ENORMOUS, (Decimal(22540), AmountFlag.SOUND))
    wrong = read(contract_2022(modifications=[modification(id=1, montant=0)]))
    assert (wrong.initial[1], wrong.current[:2]) == (AmountFlag.SOUND, (Decimal(0), AmountFlag.ZERO))


@pytest.mark.parametrize(
    ("written", "amount", "flag"),
    [
        ("1e400", None, AmountFlag.ENORMOUS),
        ("1e999999999", None, AmountFlag.ENORMOUS),
        ("-1e400", None, AmountFlag.NEGATIVE),
        ("1" + "0" * 30, None, AmountFlag.ENORMOUS),
        ("1e-400", Decimal("0.00"), AmountFlag.UNIT_PRICE),
        ("12345678901234.56", Decimal("12345678901234.56"), AmountFlag.ENORMOUS),
        ("NaN", None, AmountFlag.MISSING),
        ("Infinity", None, AmountFlag.MISSING),
        ("true", None, AmountFlag.UNREADABLE),
        ("[1]", None, AmountFlag.UNREADABLE),
        ('"1E+3"', Decimal(1000), AmountFlag.SOUND),
    ],
)
def test_numbers_out_of_measure(written: str, amount: Decimal | None, flag: AmountFlag) -> None:
    text = json.dumps(contract(montant="@")).replace('"@"', written).encode()
    assert read(text).initial[:2] == (amount, flag)


def test_a_very_long_whole_number_is_no_reason_to_stop() -> None:
    text = json.dumps(contract(montant="@")).replace('"@"', "9" * 6000).encode()
    with pytest.raises(NotJson):
        read(text)


def test_text_that_cannot_be_stored() -> None:
    text = json.dumps(contract(objet="@")).replace('"@"', r'"a\u0000b\ud800c"').encode()
    assert read(text).object in {"ab?c", "abc"}
    assert Doubt.NOT_STRICT_JSON in set(doubts_of(read(text).mask))
    assert read(contract(objet="a\0b")).object == "ab"


def test_twice_the_same_key() -> None:
    text = json.dumps(contract()).encode()
    assert not read(text).mask
    twice = text[:-1] + b', "objet": "Autre"}'
    assert set(doubts_of(read(twice).mask)) == {Doubt.DUPLICATE_KEY}
    assert read(twice).object == "Autre"
    deep = text.replace(b'"typeCode"', b'"code": "1", "typeCode"')
    assert set(doubts_of(read(deep).mask)) >= {Doubt.DUPLICATE_KEY}
    escaped = text.replace(b"l\\u2019\\u00e9cole", b"\\u0022\\u0022")
    assert not doubts_of(read(escaped).mask)


@pytest.mark.parametrize(
    "text", [b'{"id": }', b'{"id" "a"}', b"{'id': 1}", b'{"id": 01}', b'{"id": "a\tb\x01"}', b"{,}"]
)
def test_what_is_no_json(text: bytes) -> None:
    with pytest.raises(NotJson) as fault:
        read(text)
    assert fault.value.utf8


def test_another_encoding() -> None:
    with pytest.raises(NotJson) as fault:
        read(json.dumps(contract(), ensure_ascii=False).encode("cp1252", "replace"))
    assert not fault.value.utf8


@pytest.mark.parametrize(
    ("published", "cpv"),
    [
        ("03417000", "03417000"),
        ("3417000-2", "03417000"),
        (3417000, "03417000"),
        (9310000, "09310000"),
        ("4526252", "4526252"),
        ("3017000", "3017000"),
    ],
)
def test_the_zero_of_agriculture_and_energy(published: Any, cpv: str) -> None:
    """Only where the digits left are those of a group that exists under 03 or 09; a code cut at its end stays as it is."""
    assert read(contract(codeCPV=published)).cpv == cpv


@pytest.mark.parametrize(
    ("code", "department"),
    [
        ("(35) Ille-et-Vilaine", "35"),
        ("13 - Bouches-du-Rhône", "13"),
        ("2A", "2A"),
        ("(974) La Réunion", "974"),
        ("Bouches-du-Rhône", ""),
        ("France", ""),
        ("130", ""),
    ],
)
def test_places_that_are_no_codes(code: str, department: str) -> None:
    assert read(contract(lieuExecution={"code": code, "typeCode": "Code département"})).place_department == department


@pytest.mark.parametrize(
    ("garbled", "right"),
    [
        ("RÃ©fection de lâ€™Ã©cole", "Réfection de l’école"),
        ("FaÃ§ade, 5 â‚¬", "Façade, 5 €"),
        ("CHÃ‚TEAU", "CHÂTEAU"),
        ("CHÂTEAU D’EAU", "CHÂTEAU D’EAU"),
        ("Ã la carte", "Ã la carte"),
    ],
)
@pytest.mark.parametrize("escaped", [True, False])
def test_accents_read_in_the_wrong_alphabet(garbled: str, right: str, escaped: bool) -> None:
    record = contract(objet=garbled)
    assert read(json.dumps(record, ensure_ascii=escaped).encode()).object == right
    same = read(contract(objet=right))
    assert (read(record).identity == same.identity) is True


def test_dotted_keys_anywhere() -> None:
    flat = {key: value for key, value in contract().items() if key not in {"acheteur", "lieuExecution", "titulaires"}}
    flat |= {
        "acheteur.id": BUYER,
        "acheteur.nom": "Commune de Valmorière",
        "lieuExecution.code": "13200",
        "lieuExecution.typeCode": "Code postal",
        "titulaires.1.id": "90000000100017",
        "titulaires.1.typeIdentifiant": "SIRET",
    }
    one, other = read(flat), read(contract())
    assert (one.identity, one.place_department, one.mask) == (other.identity, "13", 0)


def test_a_framework_agreement_is_named() -> None:
    assert read(contract_2022(idAccordCadre="2023AC01")).framework == "2023AC01"
