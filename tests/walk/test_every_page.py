"""The whole registry in a real browser, and faults planted to see that the walk would notice."""

import os
import time

import pytest
from django.http import HttpResponse
from django.test import Client

from levier import urls
from levier.compliance.models import Certificate
from levier.reference.actions import load_published
from levier.rulebook.registry import all_rules
from levier.territories.actions import load_published as load_territories
from levier.web import clock
from tests.matrix.universe import two_universes
from tests.walk.rounds import WALKERS, go_round
from tests.world import NOW

pytestmark = [pytest.mark.journey, pytest.mark.django_db]
FEWEST_PAGES, LONGEST = 170, 90


@pytest.fixture
def pair(db, tmp_path, settings, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_published(NOW)
    load_territories(NOW)
    return two_universes()


@pytest.fixture
def visitors(pair, visit):
    return {who: visit(Client() if who == "anonymous" else pair.world.client(who)) for who in WALKERS}


def variants(pair) -> dict[str, list[str]]:
    """Addresses that show another page than the registry's own: tabs, filters, empty answers, found places, each rule."""
    ids = pair.universes["A"].ids
    sealed = Certificate.objects.get(public_id=ids["certificate"])
    contract = f"/marches/{ids['contract']}/"
    return {
        "home": ["/?q=vitrolles", "/?q=13100", "/?q=nulle+part"],
        "contract": [f"{contract}?rubrique={one}" for one in ("examen", "lots", "personnes", "heures", "documents")],
        "contracts": ["/marches/?q=introuvable"],
        "todo": ["/a-faire/?motif=inconnu"],
        "company-find": [
            f"/entreprises/?siret={pair.world.organisation('Bâti Essai').siret}",
            "/entreprises/?siret=12",
        ],
        "ways": [f"/engagements/{ids['commitment']}/voies/?voie=geiq"],
        "following": ["/suivi/?meteo=sun", "/suivi/?reportes=1"],
        "search": ["/recherche/?q=essai", "/recherche/?q=introuvable"],
        "references": ["/references/?au=hier"],
        "forgotten": ["/veille/oublies/?q=introuvable", "/veille/oublies/?depuis=hier"],
        "review": ["/heures/a-valider/?vue=doutes"],
        "tool": [f"/outils/{name}/" for name in sorted(one.name for one in all_rules())],
        "verified": [f"/verifier/{sealed.verification_code}/"],
    }


def test_every_page_is_sound_for_whoever_may_see_it(pair, visitors, capsys):
    more = variants(pair)
    begun = time.monotonic()
    walk = go_round(pair, visitors, more, only=tuple(os.environ.get("LEVIER_WALK", "").split()))
    seconds = time.monotonic() - begun
    with capsys.disabled():
        print(
            f"\nwalk: {walk.pages} pages as {len(WALKERS)} roles, {walk.looks} looks (1440 by day, 360 in the dark), {walk.refused_forms} forms sent empty, "
            f"{walk.documents} documents, {len(walk.wrong)} faults, {seconds:.0f} s"
        )
    print("\n".join(walk.wrong))
    assert walk.wrong == []
    assert walk.pages >= FEWEST_PAGES


@pytest.mark.parametrize(
    ("planted", "noticed"),
    [
        ('<p><input type="text"></p>', "label"),
        (f'<p class="nowrap">{"trop large " * 40}</p>', "too wide"),
        ('<img src="https://ailleurs.exemple/x.png" alt="x">', "ailleurs.exemple"),
        ('<p style="color:red">x</p>', "style-src"),
    ],
)
def test_a_planted_fault_is_noticed(pair, visitors, monkeypatch, planted: str, noticed: str):
    pattern = next(one for one in urls.urlpatterns if one.name == "legal-notice")
    sound = pattern.callback

    def careless(request):
        answer = sound(request)
        body = answer.content.decode().replace("</main>", f"{planted}</main>")
        return HttpResponse(body, headers=dict(answer.headers))

    careless.page = sound.page
    monkeypatch.setattr(pattern, "callback", careless)
    assert any(noticed in fault for fault in go_round(pair, visitors, {}, only=("legal-notice",)).wrong)


def test_a_contrast_too_low_is_noticed(pair, visitors):
    from tests.walk.rounds import Walk, look

    walk, visitor = Walk(), visitors["anonymous"]
    page = visitor.open("/mentions/")
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("document.querySelector('main p').style.color = '#b0b0b0'")
    look(walk, visitor, "/mentions/")
    assert any("1440 px, light: color-contrast" in fault for fault in walk.wrong)
    page.evaluate("document.querySelector('main p').style.color = '#555'")
    walk.wrong.clear()
    look(walk, visitor, "/mentions/")
    assert [fault.split(": ")[1] for fault in walk.wrong] == ["color-contrast"], "only too low in the dark"
    assert "dark" in walk.wrong[0]
