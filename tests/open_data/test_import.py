"""What an import writes, and what it leaves as it was."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from made_up import BUYER, concession, contract, contract_2022, lots, modification

from levier.foundation.objections import NotForYou
from levier.open_data import actions, loading, reading, slicing
from levier.open_data.actions import import_file
from levier.open_data.checking import check_files
from levier.open_data.models import (
    ImportedFile,
    PublishedAmendment,
    PublishedContract,
    PublishedVersion,
    RejectedRecord,
)
from levier.open_data.queries import (
    Filters,
    amendments_of,
    contract_of,
    page_of,
    published_visible_to,
    same_id,
    sum_of_amounts,
    versions_of,
)
from levier.open_data.values import Counts, FileFault

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> "File":
    return File(tmp_path)


class File:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "marches.json"

    def imported(self, *records: Any) -> Counts:
        self.path.write_text(json.dumps({"marches": list(records)}))
        report = import_file(path=self.path, now=NOW)
        assert report.fault is None, report.message
        return report.counts


def everything() -> list[Any]:
    tables = (PublishedContract, PublishedAmendment, PublishedVersion, RejectedRecord)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_a_second_import_changes_nothing(file: File) -> None:
    records = [
        *lots(47),
        contract(),
        concession(),
        contract(id=None),
        {"id": 3},
        contract_2022(modifications=[modification(id=1, montant=5000)]),
    ]
    first = file.imported(*records)
    assert (first.read, first.accepted, first.rejected, first.duplicates) == (52, 50, 2, 0)
    before = everything()
    second = file.imported(*records)
    assert (second.read, second.accepted, second.rejected, second.duplicates, second.updated) == (52, 0, 2, 50, 0)
    assert everything() == before
    assert ImportedFile.objects.count() == 2


def test_what_is_kept_of_a_contract(file: File) -> None:
    file.imported(
        contract(modifications=[{"id": 1, "montant": 450000, "objetModification": "a\tb\\c\nd", "dureeMois": 9}])
    )
    kept = PublishedContract.objects.get()
    assert (kept.kind, kept.buyer_siret, kept.buyer_name, kept.buyer_department) == (
        "marche",
        BUYER,
        "Commune de Valmorière",
        "99",
    )
    assert (kept.initial_amount, kept.current_amount, kept.amount_flag) == (Decimal("410500.50"), Decimal(450000), "")
    assert (kept.object, kept.place_name) == ("Réfection de l’école — lot 1 : maçonnerie", "Valmorière")
    assert kept.holders[0]["name"] == "Bâti \\ Pierre"
    assert json.loads(kept.raw)["uid"] == contract()["uid"]
    assert len(kept.public_id) == 26
    (amendment,) = amendments_of(kept)
    assert (amendment.amount, amendment.object, amendment.duration_months) == (Decimal(450000), "a\tb\\c\nd", 9)


def test_the_raw_text_is_that_of_the_file_to_the_letter(file: File) -> None:
    text = (
        json.dumps(contract(), indent=3, ensure_ascii=False)
        .replace('"dureeMois"', '\t"dureeMois"')
        .replace("8,", "8 ,\r\n")
    )
    file.path.write_bytes(b"[" + text.encode() + b"]")
    assert import_file(path=file.path, now=NOW).counts.accepted == 1
    assert PublishedContract.objects.get().raw == text


def test_refused_records_are_kept_with_reason_and_text(file: File) -> None:
    file.imported(contract(), contract(acheteur={"id": "a_01"}), "é", contract(acheteur={"id": "a_01"}))
    kept = {rejected.number: rejected for rejected in RejectedRecord.objects.all()}
    assert {number: rejected.reason for number, rejected in kept.items()} == {2: "buyer_invalid", 3: "not_a_record"}
    assert "SIRET" in kept[2].sentence
    assert json.loads(kept[2].raw)["acheteur"] == {"id": "a_01"}


def test_a_new_publication_replaces_the_former_which_is_kept(file: File) -> None:
    file.imported(contract(), contract(id="2018AUTRE00"))
    before = PublishedContract.objects.get(published_id="2018TX00100")
    later = contract(modifications=[{"id": 1, "montant": 500000, "datePublicationDonneesModification": "2019-05-01"}])
    counts = file.imported(later, contract(id="2018AUTRE00"))
    assert (counts.accepted, counts.updated, counts.duplicates) == (1, 1, 1)
    after = PublishedContract.objects.get(published_id="2018TX00100")
    assert (after.pk, after.public_id, after.first_import_id) == (before.pk, before.public_id, before.first_import_id)
    assert (after.current_amount, after.initial_amount, after.last_import_id) == (
        500000,
        before.initial_amount,
        ImportedFile.objects.latest("pk").pk,
    )
    (version,) = versions_of(after)
    assert (version.raw, version.current_amount, version.imported_by_id) == (
        before.raw,
        before.current_amount,
        before.last_import_id,
    )
    assert len(amendments_of(after)) == 1


def test_the_order_of_publications_does_not_matter(file: File) -> None:
    states = [
        contract(datePublicationDonnees="2018-09-22"),
        contract(datePublicationDonnees="2018-10-22", montant=2000),
        contract(modifications=[{"id": 1, "montant": 3000, "datePublicationDonneesModification": "2019-05-01"}]),
    ]
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        PublishedVersion.objects.all().delete()
        PublishedContract.objects.all().delete()
        for place in order:
            file.imported(states[place])
        assert PublishedContract.objects.get().current_amount == 3000, order
        assert PublishedVersion.objects.count() == 2
        assert file.imported(*states).duplicates == 3
    PublishedVersion.objects.all().delete()
    PublishedContract.objects.all().delete()
    counts = file.imported(*[states[place] for place in (2, 0, 1)])
    assert (counts.accepted, counts.updated) == (3, 2)
    assert PublishedContract.objects.get().current_amount == 3000
    assert PublishedVersion.objects.count() == 2
    assert [amendment.amount for amendment in PublishedAmendment.objects.all()] == [3000]


def test_check_and_import_tell_the_same(file: File) -> None:
    records = [*lots(9), contract(), contract(), contract(montant=3), contract(id=None), concession()]
    imported = file.imported(*records)
    (checked,) = check_files([file.path], today=NOW.date())
    assert checked.counts == imported
    assert "same_identity_other_amount" in imported.warning_reasons


def test_small_blocks_and_several_processes_write_the_same(file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [contract(id=f"2018{place:05d}00") for place in range(400)] + [
        contract(id=f"2018{place:05d}01") for place in range(0, 400, 7)
    ]
    counts = file.imported(*records)
    before = list(PublishedContract.objects.order_by("pk").values_list("identity_key", "content_hash", "raw"))
    PublishedVersion.objects.all().delete()
    PublishedContract.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")  # what was deleted is settled
    monkeypatch.setattr(slicing, "BLOCK", 20_000)
    monkeypatch.setattr(reading, "SMALL", 0)
    assert file.imported(*records) == counts
    assert list(PublishedContract.objects.order_by("pk").values_list("identity_key", "content_hash", "raw")) == before


def test_nothing_is_half_written_when_the_end_of_the_file_is_broken(
    file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.imported(contract())
    before = [*everything(), ImportedFile.objects.count()]
    monkeypatch.setattr(slicing, "BLOCK", 5_000)
    text = json.dumps({"marches": [contract(id=f"2018{place:05d}00") for place in range(100)]})
    for broken in (text[:-400], text[:-2] + "]"):
        file.path.write_text(broken)
        report = import_file(path=file.path, now=NOW)
        assert report.fault in {FileFault.TRUNCATED, FileFault.BROKEN}
        assert (report.counts.read, "Rien n’en a été retenu" in report.message) == (0, True)
        assert [*everything(), ImportedFile.objects.count()] == before


def test_nothing_is_half_written_when_the_writing_fails(file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = loading.Loading.finish

    def fails(self: loading.Loading) -> None:
        taken(self)
        assert PublishedContract.objects.exists()
        raise DatabaseError("disk full")

    monkeypatch.setattr(actions.Loading, "finish", fails)
    file.path.write_text(json.dumps({"marches": [contract(), contract(id=None)]}))
    report = import_file(path=file.path, now=NOW)
    assert report.fault is FileFault.DATABASE
    assert everything() == [[], [], [], []]
    assert not ImportedFile.objects.exists()


def test_absurd_amounts_are_kept_and_left_out_of_sums(file: File) -> None:
    amounts: list[Any] = [0, 1, -1, 999999999, 1e17, 18.5, None, "NC", 1000, 2500.25]
    file.imported(*(contract(id=f"2018{place:05d}00", montant=amount) for place, amount in enumerate(amounts)))
    told = sum_of_amounts(published_visible_to(None))
    assert (told.total, told.counted, told.left_out_count) == (Decimal("3500.25"), 2, 8)
    assert set(told.left_out) == {
        "zero",
        "one",
        "negative",
        "placeholder",
        "enormous",
        "unit_price",
        "missing",
        "unreadable",
    }
    assert PublishedContract.objects.filter(current_amount=Decimal(10) ** 17).exists()
    assert sum_of_amounts(PublishedContract.objects.none()).total == 0


def test_the_list(file: File, django_assert_num_queries: Any) -> None:
    file.imported(
        *(
            contract(id=f"2018{place:05d}00", objet=f"Voirie tranche {place}", montant=1000 * place + 2000)
            for place in range(120)
        ),
        contract_2022(),
        concession(),
    )
    with django_assert_num_queries(2):
        page = page_of(None, Filters(), 2)
    assert (len(page.rows), page.total, page.pages, page.number) == (50, 122, 3, 2)
    assert page_of(None, Filters(), 99).number == 3

    def found(**asked: Any) -> int:
        return page_of(None, Filters(**asked)).total

    assert (found(text="voirie TRANCH"), found(text="cinéma"), found(text="rien"), found(text="l'école & ':*|!")) == (
        120,
        1,
        0,
        0,
    )
    assert (found(department="13"), found(department="99"), found(department="75")) == (121, 122, 0)
    assert (found(buyer=BUYER), found(with_clause=True), found(least=Decimal(100000), most=Decimal(240000))) == (
        122,
        1,
        23,
    )
    with CaptureQueriesContext(connection) as queries:
        connection.cursor().execute("SET LOCAL enable_seqscan = off")
        page_of(None, Filters(text="voirie"))
        plan = "\n".join(
            row[0]
            for query in queries.captured_queries
            if "count" in query["sql"].lower()
            for row in _explained(query["sql"])
        )
    assert "published_words" in plan


def _explained(query: str) -> Iterator[tuple[str]]:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + query.replace("%", "%%"))
        yield from cursor.fetchall()


def test_one_contract(file: File) -> None:
    file.imported(*lots(5))
    one = PublishedContract.objects.all()[0]
    assert contract_of(None, one.public_id) == one
    assert same_id(one).count() == 4
    with pytest.raises(NotForYou):
        contract_of(None, "nobody")


def test_the_import_is_journaled(file: File) -> None:
    from levier.audit.models import JournalEntry

    file.imported(contract())
    line = JournalEntry.objects.get(action="open_data.import")
    assert (line.actor_label, line.facts["read"], line.object_id) == (
        "Ligne de commande",
        1,
        ImportedFile.objects.get().public_id,
    )
