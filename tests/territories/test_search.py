"""Finding a commune from what people type, without a database."""

import pytest

from levier.territories import published
from levier.territories.labels import search_sentence
from levier.territories.search import find
from levier.territories.values import SearchEnd

COMMUNES = tuple(one.facts for one in published.communes())


def ask(text):
    return find(text, COMMUNES, published.home())


def names(text):
    return [commune.name for commune in ask(text).communes]


@pytest.mark.parametrize("commune", COMMUNES, ids=lambda c: c.code)
def test_every_commune_is_found_by_its_name_and_by_each_postcode(commune):
    assert names(commune.name) == [commune.name]
    assert names(commune.name.upper().replace("’", "'").replace("-", " ")) == [commune.name]
    for postcode in commune.postcodes:
        if commune.code != "13055":
            assert commune.name in names(postcode)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13090", ["Aix-en-Provence"]),
        ("aix", ["Aix-en-Provence"]),
        ("Aix-en-Provence (13090)", ["Aix-en-Provence"]),
        ("13100 Aix en Provence", ["Aix-en-Provence"]),
        ("Aix-en-Provence Cedex 2", ["Aix-en-Provence"]),
        ("13692 Martigues Cedex", ["Martigues"]),
        ("MARSEILLE CEDEX 20", ["Marseille"]),
        ("Marseille", ["Marseille"]),
        ("13000", ["Marseille"]),
        ("Marseille 3e", ["Marseille 3e Arrondissement"]),
        ("13003", ["Marseille 3e Arrondissement"]),
        ("marseille 03", ["Marseille 3e Arrondissement"]),
        ("Marseille 3ème", ["Marseille 3e Arrondissement"]),
        ("Marseille 1er arrondissement", ["Marseille 1er Arrondissement"]),
        ("Marseille 13e", ["Marseille 13e Arrondissement"]),
        ("marseille 16", ["Marseille 16e Arrondissement"]),
        ("Marseille 13013", ["Marseille 13e Arrondissement"]),
        ("14e arrondissement", ["Marseille 14e Arrondissement"]),
        ("Pertuis", ["Pertuis"]),
        ("84120", ["Pertuis"]),
        ("saint zacharie", ["Saint-Zacharie"]),
        ("St-Rémy-de-Provence", ["Saint-Rémy-de-Provence"]),
        ("ST REMY", ["Saint-Rémy-de-Provence"]),
        ("stes maries de la mer", ["Saintes-Maries-de-la-Mer"]),
        ("ciotat", ["La Ciotat"]),
        ("la ciotat", ["La Ciotat"]),
        ("berre letang", ["Berre-l’Étang"]),
        ("Berre l'etang", ["Berre-l’Étang"]),
        ("eguilles", ["Éguilles"]),
        ("  vitrolles  ", ["Vitrolles"]),
        ("roque antheron", ["La Roque-d’Anthéron"]),
        ("13250", ["Saint-Chamas", "Cornillon-Confoux"]),
    ],
)
def test_what_people_type(text, expected):
    assert names(text) == expected


def test_names_that_begin_alike_are_all_shown_the_most_peopled_first():
    assert names("château") == ["Châteauneuf-les-Martigues", "Châteaurenard", "Châteauneuf-le-Rouge"]
    assert names("rogn") == ["Rognac", "Rognes", "Rognonas"]
    assert set(names("saint-m")) == {"Saint-Martin-de-Crau", "Saint-Mitre-les-Remparts", "Saint-Marc-Jaumegarde"}


def test_a_whole_name_answers_alone_whatever_begins_like_it():
    """Homonyms: Rognes is not Rognonas, Vernègues not Ventabren, Mas-Blanc not Maussane; Vitrolles is the one of the Département."""
    assert names("Rognes") == ["Rognes"]
    assert names("Lançon") == ["Lançon-Provence"]


@pytest.mark.parametrize(
    ("text", "end", "words"),
    [
        ("Vitroles", SearchEnd.UNKNOWN_NAME, "Vouliez-vous dire Vitrolles"),
        ("Martigue sur mer", SearchEnd.UNKNOWN_NAME, "ne s’appelle"),
        ("Lyon", SearchEnd.UNKNOWN_NAME, "Aucune commune des Bouches-du-Rhône ne s’appelle"),
        ("75001", SearchEnd.OTHER_DEPARTEMENT, "n’est pas dans le territoire"),
        ("13098", SearchEnd.UNKNOWN_POSTCODE, "CEDEX"),
        ("Marseille 17e", SearchEnd.NO_SUCH_ARRONDISSEMENT, "seize arrondissements"),
        ("Marseille 0", SearchEnd.NO_SUCH_ARRONDISSEMENT, "seize"),
        ("", SearchEnd.TOO_SHORT, "au moins deux lettres"),
        ("a", SearchEnd.TOO_SHORT, "au moins deux lettres"),
        ("%%%%", SearchEnd.TOO_SHORT, "au moins"),
        ("{code}", SearchEnd.UNKNOWN_NAME, "{code}"),
        ("é" * 5000, SearchEnd.UNKNOWN_NAME, "ne s’appelle"),
        ("\x00\x00ab' OR 1=1 --", SearchEnd.UNKNOWN_NAME, "ne s’appelle"),
    ],
)
def test_what_is_not_found_is_said_in_a_sentence(text, end, words):
    search = ask(text)
    assert (search.communes, search.end) == ((), end)
    assert words in search_sentence(search)
    assert len(search_sentence(search)) < 300
