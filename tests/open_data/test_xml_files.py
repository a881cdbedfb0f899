"""The same records as XML: the same facts, the same identity; what XML can hide is refused."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from made_up import concession, contract, contract_2022, lots, modification

from levier.open_data.actions import import_file
from levier.open_data.checking import check_files
from levier.open_data.models import PublishedContract, PublishedSubcontract, RejectedRecord
from levier.open_data.values import Counts, FileFault

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
ACT = {
    "acteSousTraitance": {
        "id": 1,
        "sousTraitant": {"id": "90000000400011", "typeIdentifiant": "SIRET"},
        "dureeMois": 6,
        "dateNotification": "2024-05-02",
        "montant": 20000,
        "variationPrix": "Révisable",
        "datePublicationDonnees": "2024-05-20",
    }
}
ACT_CHANGED = {
    "modificationActeSousTraitance": {
        "id": 1,
        "dateNotificationModificationSousTraitance": "2024-09-01",
        "montant": 26000.5,
        "datePublicationDonnees": "2024-09-10",
    }
}
RECORDS: list[tuple[str, dict[str, Any]]] = [
    *(("marche", lot) for lot in lots(47)),
    ("marche", contract()),
    ("marche", contract_2022(modifications=[modification(id=1, montant=250000, objetModification="Avenant <1> & 2")])),
    ("marche", contract_2022(id="2024-ST", actesSousTraitance=[ACT], modificationsActesSousTraitance=[ACT_CHANGED])),
    ("contrat-concession", concession()),
]


def element(name: str, value: Any) -> etree._Element:
    made = etree.Element(name)
    if isinstance(value, dict):
        for key, item in value.items():
            for one in item if isinstance(item, list) and not (item and isinstance(item[0], dict)) else [item]:
                made.append(element(key, one))
    elif isinstance(value, list):
        for item in value:
            made.extend(
                [element(key, inner) for key, inner in item.items()]
                if set(item) - {"id", "typeIdentifiant"} and len(item) == 1
                else [element("titulaire", item)]
            )
    else:
        made.text = json.dumps(value) if isinstance(value, bool) else str(value)
    return made


def document(records: list[tuple[str, dict[str, Any]]], encoding: str = "utf-8") -> bytes:
    root = etree.Element("marches")
    for name, record in records:
        root.append(element(name, record))
    return bytes(etree.tostring(root, encoding=encoding, xml_declaration=True, pretty_print=True))


def counts_of(text: bytes, path: Path) -> Counts:
    path.write_bytes(text)
    (report,) = check_files([path], today=TODAY)
    assert report.fault is None, report.message
    return report.counts


@pytest.mark.django_db
def test_the_same_facts_as_in_json(tmp_path: Path) -> None:
    path = tmp_path / "marches.xml"
    path.write_bytes(document(RECORDS))
    counts = import_file(path=path, now=NOW).counts
    assert (counts.read, counts.accepted, counts.updated, counts.rejected) == (51, 51, 0, 0)
    assert counts.warning_reasons == {}
    columns = [
        field.name
        for field in PublishedContract._meta.fields
        if field.name not in {"id", "public_id", "raw", "content_hash", "first_import", "last_import"}
    ]
    from_xml = list(PublishedContract.objects.order_by("pk").values_list(*columns))
    acts = list(PublishedSubcontract.objects.values_list("company", "amount", "amendments"))
    PublishedContract.objects.all().delete()
    sections: dict[str, list[Any]] = {"marche": [], "contrat-concession": []}
    for name, record in RECORDS:
        sections[name].append(record)
    path.write_text(json.dumps({"marches": sections}))
    assert import_file(path=path, now=NOW).counts.accepted == 51
    assert list(PublishedContract.objects.order_by("pk").values_list(*columns)) == from_xml
    assert list(PublishedSubcontract.objects.values_list("company", "amount", "amendments")) == acts
    ((company, amount, amendments),) = acts
    assert (company, amount) == ("90000000400011", 20000)
    assert [(one["amount"], one["notified_on"]) for one in amendments] == [("26000.50", "2024-09-01")]


@pytest.mark.django_db
def test_what_is_published_again_as_xml_updates(tmp_path: Path) -> None:
    path = tmp_path / "marches"
    path.write_text(json.dumps(contract_2022(actesSousTraitance=[ACT])))
    import_file(path=path, now=NOW)
    path.write_bytes(document([("marche", contract_2022(montant=99000, actesSousTraitance=[ACT, ACT]))]))
    counts = import_file(path=path, now=NOW).counts
    assert (counts.accepted, counts.updated) == (1, 1)
    assert (PublishedContract.objects.get().current_amount, PublishedSubcontract.objects.count()) == (99000, 2)
    assert import_file(path=path, now=NOW).counts.duplicates == 1


@pytest.mark.django_db
def test_a_refused_record_costs_only_itself_and_keeps_its_text(tmp_path: Path) -> None:
    path = tmp_path / "marches.xml"
    path.write_bytes(
        document([("marche", contract()), ("marche", {"id": "1", "objet": "rien"}), ("marche", lots(1)[0])])
    )
    report = import_file(path=path, now=NOW)
    assert (report.counts.read, report.counts.accepted, report.counts.rejected) == (3, 2, 1)
    assert (report.rejections[0].number, report.rejections[0].reason) == (2, "buyer_missing")
    assert "<objet>rien</objet>" in RejectedRecord.objects.get().raw


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_encodings_that_are_announced(encoding: str, tmp_path: Path) -> None:
    plain = contract(
        objet="Réfection de la façade", titulaires=[{"titulaire": {"id": "90000000100017", "typeIdentifiant": "SIRET"}}]
    )
    text = document([("marche", plain)], encoding)
    assert counts_of(text, tmp_path / "a.xml").accepted == 1


def test_one_record_alone_and_namespaces(tmp_path: Path) -> None:
    alone = etree.tostring(element("marche", contract_2022()))
    assert counts_of(alone, tmp_path / "a.xml").accepted == 1
    named = (
        document(RECORDS[:3])
        .replace(b"<marches>", b'<m:marches xmlns:m="urn:x" xmlns="urn:y">')
        .replace(b"</marches>", b"</m:marches>")
    )
    assert counts_of(named, tmp_path / "a.xml").accepted == 3
    beside = document(RECORDS[:2]).replace(b"<marches>", b"<marches><entete><auteur>x</auteur></entete>")
    (tmp_path / "a.xml").write_bytes(beside)
    (report,) = check_files([tmp_path / "a.xml"], today=TODAY)
    assert (report.counts.read, set(report.ignored_sections)) == (2, {"entete", "auteur"})


BOMB = b"""<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><marches><marche><id>&d;</id></marche></marches>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]><marches><marche><id>&a;</id></marche></marches>"""


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (BOMB, FileFault.XML_DTD),
        (OUTSIDE, FileFault.XML_DTD),
        (b"<?xml version='1.0'?>" + b"<!-- " + b"x" * 9000 + b" -->" + BOMB[21:], FileFault.XML_DTD),
        (b'<?xml version="1.0"?><!DOCTYPE marches SYSTEM "http://127.0.0.1:9/x.dtd"><marches/>', FileFault.XML_DTD),
        (BOMB[21:].decode().encode("utf-16"), FileFault.XML_DTD),
        (document(RECORDS)[:-30], FileFault.TRUNCATED),
        (document(RECORDS[:1]).replace(b"</objet>", b"</objets>", 1), FileFault.XML_BROKEN),
        (document(RECORDS)[:-30].replace(b"</objet>", b"</objets>", 1), FileFault.TRUNCATED),
        (
            b"<?xml version='1.0' encoding='utf-8'?><marches><marche><objet>\xe9t\xe9</objet></marche></marches>",
            FileFault.XML_ENCODING,
        ),
        (b"<marches></marches>", FileFault.NO_RECORD),
        (b"<html><body>Erreur 500</body></html>", FileFault.NO_RECORD),
        (b"<a>" * 40 + b"</a>" * 40, FileFault.TOO_DEEP),
    ],
)
def test_hostile_and_broken(text: bytes, fault: FileFault, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(text)
    (report,) = check_files([path], today=TODAY)
    assert (report.fault, report.counts.read) == (fault, 0)
    assert "Rien n’en a été retenu" in report.message or fault in {FileFault.XML_DTD, FileFault.NO_RECORD}


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (b"<objet>", b"<objet>&inconnu;"),
        (b"</objet>", b"</objets>"),
        (b"</objet>", b""),
        (b"<objet>", b"<objet>a < b & c"),
    ],
)
@pytest.mark.parametrize("which", [0, 20, 48])
def test_a_broken_record_costs_only_itself(wrong: bytes, right: bytes, which: int, tmp_path: Path) -> None:
    text = document(RECORDS)
    at = -1
    for _ in range(which + 1):
        at = text.index(wrong, at + 1)
    text = text[:at] + right + text[at + len(wrong) :]
    path = tmp_path / "a.xml"
    path.write_bytes(text)
    (report,) = check_files([path], today=TODAY)
    assert (report.fault, report.counts.read, report.counts.rejected) == (None, len(RECORDS), 1)
    (lost,) = report.rejections
    assert (lost.number, lost.reason) == (which + 1, "not_xml")
    said = text[lost.offset : lost.offset + lost.size]
    assert said.startswith(b"<marche>")
    assert said.endswith(b"</marche>")
    first = text.count(b"\n", 0, at) + 1
    assert first <= lost.line <= first + said.count(b"\n"), "the line where the parser stumbles"


def test_a_record_without_its_end_leaves_the_next_one_whole(tmp_path: Path) -> None:
    text = document(RECORDS)
    at = text.index(b"</marche>", text.index(b"</marche>") + 1)
    path = tmp_path / "a.xml"
    path.write_bytes(text[:at] + text[at + 9 :])
    (report,) = check_files([path], today=TODAY)
    assert (report.counts.read, report.counts.rejected) == (len(RECORDS), 1)
