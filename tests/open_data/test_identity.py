"""What is one contract, what is a lot beside it, and what is the same publication written otherwise."""

import json
import random
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import COMPANIES, concession, contract, contract_2022, lots, modification

from levier.open_data import records
from levier.open_data.identity import identity_key, squeezed, squeezed_words
from levier.open_data.records import read_record


def key(record: Any) -> tuple[bytes, bytes]:
    read = read_record(json.dumps(record).encode(), "", "2026-11-25")
    return read.identity, read.content


def identities(found: Iterable[Any]) -> set[bytes]:
    return {key(record)[0] for record in found}


def shuffled(value: Any, source: random.Random) -> Any:
    if isinstance(value, dict):
        items = [(name, shuffled(item, source)) for name, item in value.items()]
        source.shuffle(items)
        return dict(items)
    return [shuffled(item, source) for item in value] if isinstance(value, list) else value


@given(
    st.sampled_from([contract(), contract_2022(), concession(), contract(modifications=[{"montant": 5, "id": 1}])]),
    st.integers(),
)
@settings(max_examples=100, deadline=None)
def test_the_order_of_keys_white_space_and_escapes_change_nothing(record: Any, seed: int) -> None:
    other = json.dumps(shuffled(record, random.Random(seed)), indent=seed % 4, ensure_ascii=seed % 2 == 0).encode()
    read = read_record(other, "", "2026-11-25")
    assert (read.identity, read.content) == key(record)


def test_47_lots_under_one_id_are_47_contracts() -> None:
    assert len(identities(lots(47))) == 47


def test_planted_fault_without_the_discriminator_the_47_lots_collapse(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_id_only(kind: str, buyer: str, base_id: str, cpv: str, holders: list[str], text: str) -> bytes:
        return identity_key(kind, buyer, base_id, "", [], "")

    monkeypatch.setattr(records, "identity_key", by_id_only)
    assert len(identities(lots(47))) == 1


@pytest.mark.parametrize(
    "other",
    [
        contract(objet="Réfection de l’école — lot 2 : charpente"),
        contract(codeCPV="45261100"),
        contract(titulaires=[{"typeIdentifiant": "SIRET", "id": COMPANIES[3]}]),
        contract(id="2018TX00200"),
        contract(acheteur={"id": "21990000300027"}),
    ],
)
def test_another_lot(other: Any) -> None:
    assert len(identities([contract(), other])) == 2


@pytest.mark.parametrize(
    "again",
    [
        contract(datePublicationDonnees="2019-02-06+01:00"),
        contract(montant=500000),
        contract(dureeMois=12, procedure="Appel d'offres ouvert", nature="MARCHE"),
        contract(modifications=[{"montant": 1, "objetModification": "Avenant 1"}]),
        contract(id="2018TX00101"),
        contract(objet="REFECTION DE L'ECOLE - LOT 1: MACONNERIE"),
        contract(codeCPV="45262522"),
        contract(titulaires=[{"titulaire": {"typeIdentifiant": "SIRET", "id": COMPANIES[0][:9] + "00025"}}]),
    ],
)
def test_the_same_contract_published_again(again: Any) -> None:
    first, second = key(contract()), key(again)
    assert first[0] == second[0]
    assert first[1] != second[1]


def test_the_last_two_digits_count_modifications_in_the_2019_format_only() -> None:
    assert len(identities([contract_2022(id="2024-1701"), contract_2022(id="2024-1702")])) == 2
    assert read_record(json.dumps(contract(id="2018TX00103")).encode(), "", "2026-11-25").modification_number == 3


def test_a_later_publication_ranks_higher() -> None:
    ranks = [
        read_record(json.dumps(record).encode(), "", "2026-11-25").rank
        for record in (
            contract_2022(datePublicationDonnees=""),
            contract_2022(),
            contract_2022(datePublicationDonnees="2024-05-01"),
            contract_2022(modifications=[modification(id=1, datePublicationDonneesModification="2024-06-01")]),
        )
    ]
    assert ranks == sorted(set(ranks))
    future = contract_2022(datePublicationDonnees="2099-01-01")
    assert read_record(json.dumps(future).encode(), "", "2026-11-25").rank == ranks[0]


def test_typing_is_forgotten() -> None:
    assert squeezed("Réfection : de l’ÉCOLE n°12 (lot 3)") == squeezed("REFECTION DE L'ECOLE N12 - LOT 3")
    assert squeezed_words("L’Île-de-Ré,  n°3") == "l ile de re n 3"
