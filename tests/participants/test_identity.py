from datetime import date

import pytest

from levier.participants.identity import (
    UNREADABLE,
    Ground,
    Identity,
    index_of,
    looks_like_nir,
    new_reference,
    open_ground,
    open_identity,
    read_reference,
    seal_ground,
    seal_identity,
)

SAMIRA = Identity("Belkacem", "Samira", date(1998, 3, 4))


def test_an_identity_opens_only_in_its_own_row():
    sealed = seal_identity(SAMIRA, "a" * 26)
    assert open_identity(sealed, "a" * 26) == SAMIRA
    assert open_identity(sealed, "b" * 26) is UNREADABLE
    assert b"Samira" not in sealed
    assert open_identity(None, "a" * 26) is None


def test_a_ground_keeps_what_the_decision_rests_on_and_opens_only_in_its_row():
    ground = Ground("RSA", "certificate", date(2026, 11, 2), None)
    sealed = seal_ground(ground, "d" * 26)
    assert open_ground(sealed, "d" * 26) == ground
    assert open_ground(sealed, "e" * 26) is None


def test_the_index_is_the_same_however_the_name_is_typed():
    assert index_of(SAMIRA) == index_of(Identity("BELKACEM", " samira", date(1998, 3, 4)))
    assert index_of(Identity("D’Arc", "Éloïse", date(1998, 3, 4))) == index_of(
        Identity("DARC", "eloise", date(1998, 3, 4))
    )
    assert index_of(SAMIRA) != index_of(Identity("Belkacem", "Samira", date(1998, 4, 3)))
    assert index_of(SAMIRA) != index_of(Identity("BelkacemSamira", "", date(1998, 3, 4)))


def test_a_reference_is_read_back_and_any_wrong_letter_or_swap_is_found():
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    for _ in range(30):
        reference = new_reference()
        assert read_reference(reference) == reference
        assert read_reference(reference.lower().replace("-", " ")) == reference
        body = reference[2:].replace("-", "")
        assert read_reference(body) == reference
        for place, letter in enumerate(body):
            other = alphabet[(alphabet.index(letter) + 7) % 32]
            assert read_reference("P-" + body[:place] + other + body[place + 1 :]) is None
        for place in range(7):
            swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
            assert swapped == body or read_reference("P-" + swapped) is None


@pytest.mark.parametrize(
    "text",
    [
        "1 98 03 13 055 123",
        "198031305512345",
        "1.98.03.2A.055.123.45",
        "1980313055123",
        "son n° 2 85 12 75 116 001 22 merci",
    ],
)
def test_what_looks_like_a_social_security_number_is_seen(text: str):
    assert looks_like_nir(text)


@pytest.mark.parametrize(
    "text", ["900 000 017 00012", "2026-01-12", "06 12 34 56 78", "Belkacem", "F1703", "2026-0147"]
)
def test_a_siret_a_date_a_telephone_are_not_taken_for_one(text: str):
    assert not looks_like_nir(text)
