from levier.web import control_acts, control_letters, controls, draws, visits
from levier.web.registry import BUYER, COMPANY, FACILITATOR, FOLLOWERS, MISSION, PUBLIC, Page

READERS = frozenset({MISSION, BUYER, FACILITATOR, COMPANY})
HEARD, WORKS = frozenset({COMPANY}), ("GET", "POST")
GATHERERS = frozenset({MISSION, FACILITATOR, BUYER})

PAGES = (
    Page("controles/", controls.show, "controls", READERS),
    Page("controles/export.csv", controls.export, "controls-export", READERS),
    Page("controles/hors-ligne.js", visits.worker, "visit-worker", FOLLOWERS),
    Page("controles/tirages/", draws.draws, "draws", FOLLOWERS, WORKS),
    Page("controles/tirages/<str:draw>/", draws.draw, "draw", PUBLIC, objects="draw"),
    Page("controles/tirages/<str:draw>/tirage.json", draws.draw_json, "draw-json", PUBLIC, objects="draw"),
    Page("controles/<str:case>/visite/", visits.visit, "control-visit", FOLLOWERS, WORKS, "case"),
    Page("controles/<str:case>/visite/garder/", visits.keep, "control-keep-visit", FOLLOWERS, ("POST",), "case"),
    Page("controles/<str:case>/", controls.case, "control", READERS, objects="case"),
    Page("controles/<str:case>/repondre/", control_acts.answer, "control-answer", HEARD, ("POST",), "case"),
    Page("controles/<str:case>/etape/<slug:act>/", control_acts.act, "control-act", FOLLOWERS, WORKS, "case"),
    Page("engagements/<str:commitment>/controler/", control_acts.new, "control-new", FOLLOWERS, WORKS, "commitment"),
    Page(
        "controles/pieces/<str:attachment>/",
        control_letters.attachment,
        "control-piece",
        READERS,
        objects="attachment",
    ),
    Page("controles/lettres/<str:letter>/pdf/", control_letters.pdf, "letter-pdf", READERS, objects="letter"),
    Page("controles/lettres/<str:letter>/word/", control_letters.word, "letter-word", FOLLOWERS, objects="letter"),
    Page(
        "controles/lettres/<str:letter>/envoi/", control_letters.dispatch, "letter-dispatch", FOLLOWERS, WORKS, "letter"
    ),
    Page(
        "engagements/<str:commitment>/dossier-de-preuve/",
        control_letters.pack,
        "audit-pack",
        GATHERERS,
        WORKS,
        "commitment",
    ),
    Page(
        "engagements/<str:commitment>/dossier-de-preuve/dossier.zip",
        control_letters.pack_file,
        "audit-pack-zip",
        GATHERERS,
        objects="commitment",
    ),
)
