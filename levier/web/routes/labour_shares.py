from levier.web import labour_shares
from levier.web.registry import BUYER, FACILITATOR, MISSION, Page

WORKS = ("GET", "POST")
SIZING = frozenset({MISSION, BUYER, FACILITATOR})
OBSERVING = frozenset({MISSION, FACILITATOR})

PAGES = (
    Page("calibrage/parts/", labour_shares.show, "labour-shares", SIZING),
    Page("calibrage/parts/export.csv", labour_shares.export, "labour-shares-export", SIZING),
    Page("calibrage/parts/<str:trade>/annoter/", labour_shares.annotate, "labour-share-annotate", OBSERVING, WORKS),
)
