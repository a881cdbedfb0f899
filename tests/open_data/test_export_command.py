"""`levier decp export` and `levier ocds export` as a person types them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from levier.commands.decp import decp
from levier.commands.ocds import ocds
from levier.open_data.actions import import_file
from levier.open_data.exporting import republishing
from levier.procurement.models import AwardFacts
from tests.open_data_facts import FACTS
from tests.world import NOW, World, siret


def run(command, *words: object):
    return CliRunner().invoke(command, ["export", *map(str, words)])


@pytest.fixture
def two_contracts(world: World) -> World:
    """One that is complete, one that lacks almost all."""
    whole = world.contract("2026-0001")
    world.commitment(whole)
    AwardFacts.objects.create(lot=whole, facts=FACTS, changed_at=NOW, changed_by_label="essai")
    world.contract("2026-0002")
    return world


@pytest.mark.parametrize(("command", "words"), [(decp, ("--format", "json")), (decp, ("--format", "xml")), (ocds, ())])
def test_what_is_complete_is_written_and_the_rest_told(two_contracts: World, tmp_path: Path, command, words):
    out = tmp_path / "sortie"
    first = run(command, *words, "--out", out, "--published-on", "2026-11-02")
    assert first.exit_code == 0, first.output
    assert "1\u00a0fiche écrite" in first.output
    assert "2026-0002, lot 1" in first.output
    assert "Écrivez le nombre d’offres reçues" in first.output
    written = out.read_bytes()
    assert b"2026-0001" in written
    assert b"2026-0002" not in written
    run(command, *words, "--out", out, "--published-on", "2026-11-02")
    assert out.read_bytes() == written
    assert [path.name for path in tmp_path.iterdir()] == ["sortie"]


def test_report_in_json(two_contracts: World, tmp_path: Path):
    outcome = run(decp, "--out", tmp_path / "m.json", "--json")
    report = json.loads(outcome.stdout)
    assert (report["written"], report["not_sent"]) == (1, 1)
    assert {"field": "offresRecues", "label": "Offres reçues"}.items() <= report["missing"][0]["fields"][4].items()


def test_nothing_complete_is_exit_code_2_and_no_file(world: World, tmp_path: Path):
    world.contract()
    outcome = run(decp, "--out", tmp_path / "m.json")
    assert outcome.exit_code == 2
    assert "Aucune fiche complète" in outcome.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_followed_is_exit_code_2(world: World, tmp_path: Path):
    outcome = run(ocds, "--out", tmp_path / "m.json")
    assert outcome.exit_code == 2
    assert "Aucun marché n’est suivi" in outcome.stderr


@pytest.fixture
def imported(world: World, tmp_path: Path) -> World:
    """Two published contracts that nobody follows; one in the words of 2019, which cannot be sent as it stands."""
    base = {"id": "2026PUB1", "acheteur": {"id": siret(700)}, "nature": "Marché", "objet": "Voirie", "codeCPV": "45233141",
            "lieuExecution": {"code": "13", "typeCode": "Code département"}, "dureeMois": 6, "dateNotification": "2026-02-01",
            "datePublicationDonnees": "2026-02-20", "montant": 90000, "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": siret(701)}}]}  # fmt: skip
    whole = base | {name: FACTS[name] for name in ("marcheInnovant", "ccag", "offresRecues", "attributionAvance", "sousTraitanceDeclaree", "procedure", "formePrix")} | {
        "tauxAvance": 0.05, "typeGroupementOperateurs": "Pas de groupement", "techniques": {"technique": ["Sans objet"]},
        "modalitesExecution": {"modaliteExecution": ["Sans objet"]}, "typesPrix": {"typePrix": ["Définitif ferme"]},
        "considerationsSociales": {"considerationSociale": ["Clause sociale"]},
        "considerationsEnvironnementales": {"considerationEnvironnementale": ["Clause environnementale"]},
    }  # fmt: skip
    path = tmp_path / "import.json"
    path.write_text(json.dumps({"marches": {"marche": [whole, base | {"id": "2019PUB2"}]}}), encoding="utf-8")
    assert import_file(path=path, now=NOW, processes=1).counts.accepted == 2
    path.unlink()
    return world


@pytest.mark.parametrize(("command", "words"), [(decp, ()), (decp, ("--format", "xml")), (ocds, ())])
def test_without_any_contract_followed_the_published_ones_are_written(imported: World, tmp_path: Path, command, words):
    outcome = run(command, *words, "--out", tmp_path / "m")
    assert outcome.exit_code == 0, outcome.output
    assert "ce sont les marchés publiés" in outcome.stderr
    assert b"2026PUB1" in (tmp_path / "m").read_bytes()
    assert "2019PUB2" in outcome.stdout
    assert "Dites à quel CCAG" in outcome.stdout


def test_published_ones_beside_ours_only_when_asked(imported: World, tmp_path: Path):
    whole = imported.contract("2026-0001")
    imported.commitment(whole)
    AwardFacts.objects.create(lot=whole, facts=FACTS, changed_at=NOW, changed_by_label="essai")
    run(decp, "--out", tmp_path / "ours.json")
    assert b"2026PUB1" not in (tmp_path / "ours.json").read_bytes()
    run(decp, "--out", tmp_path / "all.json", "--published")
    written = (tmp_path / "all.json").read_bytes()
    assert b"2026PUB1" in written
    assert b"2026-0001" in written
    one = run(decp, "--out", tmp_path / "one.json", "--published", "--buyer", siret(700), "--since", "2026-01-01")
    assert one.exit_code == 0
    assert b"2026-0001" not in (tmp_path / "one.json").read_bytes()
    assert run(decp, "--out", tmp_path / "none.json", "--published", "--since", "2026-12-01").exit_code == 2


def test_a_base_too_large_for_one_file_is_refused(imported: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(republishing, "MOST", 1)
    outcome = run(decp, "--out", tmp_path / "m.json")
    assert outcome.exit_code == 2
    assert "--buyer" in outcome.stderr
    assert list(tmp_path.iterdir()) == []


def test_filters_that_match_nothing(two_contracts: World, tmp_path: Path):
    outcome = run(decp, "--out", tmp_path / "m.json", "--since", "2026-11-01")
    assert outcome.exit_code == 2
    assert "ne répond à ces filtres" in outcome.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--since", "hier"), "n’est pas une date"),
        (("--buyer", "123"), "n’est pas un SIRET"),
        (("--published-on", "2999-01-01"), "futur"),
        (("--format", "csv"), ""),
    ],
)
def test_bad_options(world: World, tmp_path: Path, words, said):
    outcome = run(decp, "--out", tmp_path / "m.json", *words)
    assert outcome.exit_code == 2
    assert said in outcome.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(two_contracts: World, tmp_path: Path):
    outcome = run(decp, "--out", tmp_path / "absent" / "m.json")
    assert isinstance(outcome.exception, OSError)
