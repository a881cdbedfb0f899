from levier.web import erasure
from levier.web.registry import MISSION, PUBLIC, Page

MISSION_ONLY = frozenset({MISSION})

PAGES = (
    Page("moi/effacer/", erasure.erase, "own-erase", PUBLIC, ("GET", "POST")),
    Page("moi/fiche-effacee/", erasure.gone, "own-gone", PUBLIC),
    Page("personnes/effacements/", erasure.requests, "erasures", MISSION_ONLY),
    Page("personnes/effacements/<str:erasure>/", erasure.look, "erasure-look", MISSION_ONLY, ("POST",), "erasure"),
)
