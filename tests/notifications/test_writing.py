"""A message leaves as text and as HTML: the same words, one button, nothing loaded from anywhere."""

import re
from dataclasses import dataclass
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.foundation import french
from levier.notifications.writing import SIGNATURE, WIDTH, as_html, as_text, who_to_call

BODY = french.typeset(f"""Bonjour Zoé <script>,

À faire par votre entreprise :

- Réhabilitation du collège Les Micocouliers, Saint-Rémy-de-Provence (202600481), Bâti Essai : déclarer les heures d’octobre 2026.
- Autre & encore.

Déclarer sans mot de passe :
https://levier.test/declarer/abc/
(une seule fois)

Ou, avec votre compte :
https://levier.test/a-faire/

{SIGNATURE}""")


def words_of(text: str) -> list[str]:
    """What is read, without the marks that a button and a list replace."""
    return [word for word in re.sub(r"[\s\u00a0]+", " ", text).split(" ") if word not in {"", "-", ":"}]


def shown(html: str) -> list[str]:
    body = html.partition("<body")[2].partition(">")[2]
    return words_of(unescape(re.sub(r"<[^>]*>", " ", body)))


def test_both_say_the_same_words_in_the_same_order():
    html = as_html("Sujet", BODY)
    assert shown(html) == words_of(as_text(BODY)) == words_of(BODY)
    assert shown(html.replace("Bâti", "Bâtie")) != words_of(BODY), "a planted difference is seen"


PIECES = st.sampled_from(
    [
        "",
        "",
        "Une phrase, avec une fin.",
        "- un point",
        "Ouvrir :",
        "https://a.test/x/",
        "Bâti Essai : https://a.test/y/",
        "(une fois)",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=12))
def test_no_body_loses_or_moves_a_word(lines: list[str]):
    body = "\n".join(lines)
    assert shown(as_html("S", body)) == words_of(body) == words_of(as_text(body))


def test_one_button_and_every_address_is_written_as_it_leads():
    html = as_html("Sujet", BODY)
    assert html.count('bgcolor="#0b3b46"') == 1
    assert re.search(r'href="https://levier.test/declarer/abc/"[^>]*>Déclarer sans mot de passe</a>', html)
    assert set(re.findall(r'href="([^"]+)"', html)) == {
        "https://levier.test/declarer/abc/",
        "https://levier.test/a-faire/",
    }
    several = as_html("S", "Déclarer :\nUn : https://a.test/1/\nDeux : https://a.test/2/\n\nhttps://a.test/3/")
    assert several.count("bgcolor") == 2, "one for each company, all in the first block"


LOADS = re.compile(
    r"<(?:img|script|link|iframe|object|embed|video|audio|source|style|form|input)\b|url\(|@import|\bsrc=|\bbackground=",
    re.IGNORECASE,
)


@pytest.mark.parametrize("planted", ['<img src="https://x.test/1.gif">', "<style>", "background:url(x)"])
def test_nothing_is_loaded_and_nothing_tells_that_it_was_read(planted: str):
    html = as_html("Sujet", BODY)
    assert not LOADS.search(html)
    assert LOADS.search(html + planted)
    assert "<script>" not in html
    assert "Zoé &lt;script&gt;" in html
    assert '<html lang="fr">' in html


def test_the_text_keeps_its_width_and_cuts_no_address():
    long = f"{BODY}\n\nhttps://levier.test/{'x' * 120}/"
    lines = as_text(long).split("\n")
    assert max(len(line) for line in lines if "https" not in line) <= WIDTH
    assert f"https://levier.test/{'x' * 120}/" in lines
    item = next(place for place, line in enumerate(lines) if line.startswith("- Réhabilitation"))
    assert lines[item + 1].startswith("  "), "an item goes on under itself"


@dataclass(frozen=True)
class Named:
    person: str
    structure: str
    phone_to_read: str
    email: str


def test_whom_to_call_is_who_reads_the_answer():
    one = Named("Zoé Nom", "PLIE", "06 00 00 00 00", "zoe@exemple.test")
    mute = Named("Sans Adresse", "", "06 11 11 11 11", "")
    assert who_to_call([one]) == (
        [
            "Une question ? Zoé Nom, PLIE, 06 00 00 00 00, zoe@exemple.test.",
            "Vous pouvez aussi répondre à ce message.",
            "",
        ],
        "zoe@exemple.test",
    )
    assert who_to_call([mute]) == (["Une question ? Sans Adresse, 06 11 11 11 11.", ""], "")
    assert who_to_call([None]) == ([], "")
    assert who_to_call([one, mute, one])[0] == [
        "Une question ? Appelez, selon le territoire du marché :", "", "- Zoé Nom, PLIE, 06 00 00 00 00, zoe@exemple.test.",
        "- Sans Adresse, 06 11 11 11 11.", "", "Vous pouvez aussi répondre à ce message.", "",
    ]  # fmt: skip
