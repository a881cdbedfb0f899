"""The directory of structures: files in, corrections that stay, closings, and what answers a purchase."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from levier.accounts.values import System
from levier.audit.models import JournalEntry
from levier.commands.structures import structures as command
from levier.foundation.objections import NotForYou, Refusal
from levier.organisations.values import StructureKind
from levier.supply import actions, queries
from levier.supply.models import RefusedLine, Structure, StructureImport
from levier.supply.reading import read
from levier.supply.rules import trade_of_sector, trades_told
from levier.supply.values import LineRefusal, Source, StructureFacts, Trade
from levier.territories.actions import load_published
from tests.world import NOW, TODAY, World, siret

SHELL = System("Ligne de commande")


def row(number: int, **said: object) -> dict[str, object]:
    return {
        "siret": siret(number), "kind": "ACI", "name": f"Chantier {number}", "brand": "", "naf": "8130Z", "post_code": "13090",
        "city": "Aix-en-Provence", "department": "13", "coords": "SRID=4326;POINT (5.434167 43.524166)", "contact_phone": "CANARI",
        **said,
    }  # fmt: skip


def listed(*rows: object) -> bytes:
    return json.dumps(list(rows)).encode()


def bring(*rows: object, name: str = "liste.json", **options: bool):
    return actions.import_structures(actor=SHELL, content=listed(*rows), name=name, now=NOW, **options)


@pytest.fixture
def ground(db: None) -> None:
    load_published(NOW)


def test_a_list_is_read_in_and_reading_it_again_changes_nothing(ground: None):
    first = bring(row(1), row(2, kind="ETTI", post_code="13003", city="Marseille"))
    assert (first.read, first.added, first.unchanged) == (2, 2, 0)
    assert first.source is Source.MARKET
    again = bring(row(1), row(2, kind="ETTI", post_code="13003", city="Marseille"))
    assert (again.added, again.unchanged, again.changed) == (0, 2, ())
    one = Structure.objects.get(siret=siret(1))
    assert (one.commune_id, one.trades, one.longitude) == ("13001", ["green_spaces"], Decimal("5.434167"))
    assert Structure.objects.get(siret=siret(2)).commune_id == "13203"
    assert "CANARI" not in str(list(Structure.objects.values()))


def test_refused_lines_are_kept_with_line_and_reason(ground: None):
    report = bring(
        row(1), row(2, siret="12345678901234"), row(3, kind="SARL"), row(4, name=" "), "?", row(1), row(5, siret="")
    )
    assert [(one.line, one.refusal) for one in report.refused] == [
        (2, LineRefusal.SIRET), (3, LineRefusal.KIND), (4, LineRefusal.NO_NAME), (5, LineRefusal.NOT_A_RECORD),
        (6, LineRefusal.REPEATED), (7, LineRefusal.NO_SIRET),
    ]  # fmt: skip
    assert report.read == report.added + len(report.refused) == 7
    kept = RefusedLine.objects.order_by("line").first()
    assert kept is not None
    assert (kept.line, kept.refusal) == (2, "siret")
    assert "12345678901234" in kept.said


def test_the_difference_is_shown_and_a_trial_writes_nothing(ground: None):
    bring(row(1), row(2))
    trial = bring(row(1, name="Nouveau nom"), write=False)
    assert trial.changed[0].fields == (("name", "Chantier 1", "Nouveau nom"),)
    assert trial.absent == ((siret(2), "Chantier 2"),)
    assert Structure.objects.get(siret=siret(1)).name == "Chantier 1"
    assert StructureImport.objects.count() == 1
    bring(row(1, name="Nouveau nom"))
    assert Structure.objects.get(siret=siret(1)).name == "Nouveau nom"
    assert Structure.objects.get(siret=siret(2)).deactivated_on is None, "nothing is closed in silence"


def test_what_a_person_wrote_and_what_another_source_said_stay(world: World, ground: None):
    bring(row(1))
    known = Structure.objects.get()
    facts = queries.facts_of(known)
    actions.save_structure(
        actor=world.actors["mission"], facts=StructureFacts(facts.siret, facts.kind, "Le bon nom", city="Aix-en-Provence", postcode="13090"),
        public_id=known.public_id, now=NOW,
    )  # fmt: skip
    report = bring(row(1))
    assert "name" in [one for one, *_ in report.kept[0].fields]
    assert Structure.objects.get().name == "Le bon nom"
    bring(row(2, name="Du marché"))
    asp = f"MESURE;SIRET;DENOMINATION_SOCIALE;CODE_POSTAL;COMMUNE;NATURE_JURIDIQUE\nACI;{siret(2)};DE LASP;13090;AIX EN PROVENCE;Association\n"
    report = actions.import_structures(actor=SHELL, content=asp.encode(), name="asp.csv", now=NOW)
    two = Structure.objects.get(siret=siret(2))
    assert (two.name, two.legal_form) == ("Du marché", "Association"), "blanks are filled, the rest is told"
    assert ("name", "Du marché", "DE LASP") in report.kept[0].fields
    actions.import_structures(actor=SHELL, content=asp.encode(), name="asp.csv", now=NOW, overwrite=True)
    assert Structure.objects.get(siret=siret(2)).name == "DE LASP"


@pytest.mark.parametrize("who", ["buyer", "near", "company"])
def test_only_the_mission_keeps_the_directory(world: World, ground: None, who: str):
    bring(row(1))
    known = Structure.objects.get()
    actor = world.actors[who]
    with pytest.raises(NotForYou):
        actions.save_structure(actor=actor, facts=queries.facts_of(known), public_id=known.public_id, now=NOW)
    with pytest.raises(NotForYou):
        actions.close_structure(actor=actor, public_id=known.public_id, reason="x", on=TODAY, now=NOW)
    with pytest.raises(NotForYou):
        actions.reopen_structure(actor=actor, public_id=known.public_id, now=NOW)
    with pytest.raises(NotForYou):
        actions.import_structures(actor=actor, content=listed(row(1)), name="x", now=NOW)


def test_a_structure_closes_with_a_reason_and_opens_again(world: World, ground: None):
    bring(row(1))
    mission, known = world.actors["mission"], Structure.objects.get()
    with pytest.raises(Refusal, match="pourquoi"):
        actions.close_structure(actor=mission, public_id=known.public_id, reason="  ", on=TODAY, now=NOW)
    actions.close_structure(actor=mission, public_id=known.public_id, reason="Liquidation", on=TODAY, now=NOW)
    assert not queries.structures(queries.Wanted(), TODAY).exists()
    assert queries.structures(queries.Wanted(closed=True), TODAY).get().deactivated_reason == "Liquidation"
    assert queries.supply_for("green_spaces_upkeep", None, TODAY).structures == 0
    with pytest.raises(Refusal, match="déjà fermée depuis le 25\xa0novembre\xa02026"):
        actions.close_structure(actor=mission, public_id=known.public_id, reason="Encore", on=TODAY, now=NOW)
    actions.reopen_structure(actor=mission, public_id=known.public_id, now=NOW)
    assert queries.supply_for("green_spaces_upkeep", None, TODAY).structures == 1
    assert [entry.action for entry in JournalEntry.objects.filter(thread=known.public_id)] == [
        "structure.closed",
        "structure.reopened",
    ]


def test_what_is_typed_is_checked(world: World, ground: None):
    mission = world.actors["mission"]
    wrong = StructureFacts("123", StructureKind.EA, "", capacity=Decimal(-1), website="ftp://x")
    with pytest.raises(Refusal) as refused:
        actions.save_structure(actor=mission, facts=wrong, now=NOW)
    assert {one.field for one in refused.value.objections} == {"siret", "capacity", "website"}
    right = StructureFacts(siret(7), StructureKind.ESAT, "ESAT d’essai", city="Aix-en-Provence", postcode="13090")
    actions.save_structure(actor=mission, facts=right, now=NOW)
    with pytest.raises(Refusal, match="déjà dans l’annuaire"):
        actions.save_structure(actor=mission, facts=right, now=NOW)
    with pytest.raises(Refusal, match="métiers"):
        actions.trades_named(["plongée"])


def test_the_search_has_filters_by_kind_trade_place_and_words(ground: None):
    bring(row(1, name="Jardins d’Aix"), row(2, kind="EI", naf="8121Z", post_code="13003", city="Marseille", name="Net Éclat"),
          row(3, department="84", post_code="84000", city="Avignon", name="Loin"))  # fmt: skip
    found = lambda **wanted: sorted(queries.structures(queries.Wanted(**wanted), TODAY).values_list("name", flat=True))  # noqa: E731 - short
    assert found() == ["Jardins d’Aix", "Net Éclat"]
    assert found(elsewhere=True) == ["Jardins d’Aix", "Loin", "Net Éclat"]
    assert found(kind="EI") == ["Net Éclat"]
    assert found(trade="cleaning") == ["Net Éclat"]
    assert found(text="eclat NET") == ["Net Éclat"]
    assert found(commune="13055") == ["Net Éclat"], "Marseille holds its districts"
    territory = {one.commune.code: one.territory for one in queries.belongings(TODAY)}["13001"]
    assert found(territory=territory) == ["Jardins d’Aix"]


def test_supply_counts_by_kind_near_and_everywhere(ground: None):
    bring(
        row(1),
        row(2, kind="EI"),
        row(3, kind="AI", naf="7830Z"),
        row(4, post_code="13003", city="Marseille", c2_etp_count=12),
    )
    near = queries.supply_for("green_spaces_upkeep", "13001", TODAY)
    assert (near.trade, near.structures, near.everywhere) == (Trade.GREEN_SPACES, 2, 3)
    assert near.near == {StructureKind.ACI: 1, StructureKind.EI: 1}
    assert near.lending == {StructureKind.AI: 1}
    everywhere = queries.supply_for("labour_share.green_spaces_upkeep", None, TODAY)
    assert (everywhere.structures, everywhere.capacity) == (3, Decimal(12))
    assert queries.supply_for("unheard_of", None, TODAY).structures == 0


def test_the_index_costs_a_constant_number_of_queries(ground: None, django_assert_num_queries):
    bring(*(row(number) for number in range(1, 30)))
    with django_assert_num_queries(3):
        index = queries.supply_index(TODAY)
        for place in ("13001", "13055", None, 4):
            index.found("cleaning", place)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "aucune structure"), (b"[]", "aucune structure"), (b"{}", "pas une liste"), (b"[1,", "JSON incorrect"), (b"a;b\n1;2\n", "SIRET"),
        (b"siret;kind\n1;EI\n", "nom"), (b"siret;kind;name\x00\n1;2;3", "pas du texte"), (b"[" * 100_000, "JSON incorrect"),
    ],
)  # fmt: skip
def test_what_is_not_a_list_of_structures_is_refused_in_words(content: bytes, said: str):
    with pytest.raises(Refusal, match=said):
        read(content)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["siret", "kind", "name", "coords", "city", "capacity"]), st.text(max_size=30)),
        max_size=8,
    )
)
def test_every_line_is_told_whatever_is_written(rows: list[Mapping[str, str]]):
    content = listed({"siret": "", "kind": "", "name": ""}, *rows)
    assert [one.line for one in read(content).lines] == list(range(1, len(rows) + 2))


def test_trades_are_told_by_activity_words_and_kind():
    assert trades_told(StructureKind.EI, "8121Z", "") == (Trade.CLEANING,)
    assert trades_told(StructureKind.ACI, "8899B", "chantier espaces verts et maraichage") == (
        Trade.GREEN_SPACES,
        Trade.FARMING,
    )
    assert trades_told(StructureKind.ETTI, "7820Z", "") == (Trade.LABOUR,)
    assert trades_told(StructureKind.ACI, "8899B", "") == (), "social work tells no trade: it is said as unknown"
    assert trade_of_sector("labour_share.masonry") is Trade.BUILDING


@pytest.mark.real_files
def test_the_real_lists(shared_data: Path, ground: None, monkeypatch: pytest.MonkeyPatch):
    folder = shared_data / "siae"
    monkeypatch.setattr("levier.installation.open_database", lambda: None)
    files = ["lemarche_siaes_sans_contacts.json", "lemarche_siaes_13.csv", "asp_2019_07_liste_siae_sans_contacts.csv"]
    done = CliRunner().invoke(
        command, ["import", "--json", *(str(folder / name) for name in files)], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    market, extract, asp = json.loads(done.output)
    for report in (market, extract, asp):
        assert report["read"] == report["added"] + len(report["changed"]) + report["unchanged"] + len(report["refused"])
    assert (market["read"], market["added"]) == (3853, 3853 - len(market["refused"]))
    assert (extract["read"], extract["added"], extract["changed"], extract["absent"]) == (100, 0, [], [])
    assert asp["read"] == 3932
    again = CliRunner().invoke(
        command, ["import", "--json", *(str(folder / name) for name in files)], catch_exceptions=False
    )
    for report in json.loads(again.output):
        assert (report["added"], report["changed"]) == (0, [])
    assert queries.structures(queries.Wanted(), date(2026, 11, 25)).count() > 100


def test_a_file_that_cannot_be_read_is_one_sentence_and_code_2(ground: None, tmp_path: Path):
    wrong = tmp_path / "photo.jpg"
    wrong.write_bytes(b"\xff\xd8\xff\x00\x00")
    done = CliRunner().invoke(command, ["import", str(wrong), str(tmp_path / "absent.csv")])
    assert done.exit_code == 2
    assert "pas du texte" in done.output
    assert "introuvable" in done.output
    assert "Traceback" not in done.output
