from levier.web import lot_amendment, watch, watch_forgotten
from levier.web.registry import BUYER, MISSION, Page

WATCHING = frozenset({MISSION, BUYER})
DECIDING = frozenset({MISSION})
DOES = ("POST",)

PAGES = (
    Page("veille/", watch.show, "watch", WATCHING),
    Page("veille/decisions/", watch.decided, "watch-decided", WATCHING),
    Page("veille/rapprochements/<str:published>/rattacher/", watch.accept, "match-accept", WATCHING, DOES, "published"),
    Page("veille/rapprochements/<str:published>/ecarter/", watch.reject, "match-reject", WATCHING, DOES, "published"),
    Page("veille/rapprochements/<str:published>/annuler/", watch.undo, "match-undo", WATCHING, DOES, "published"),
    Page("veille/oublies/", watch_forgotten.show, "forgotten", WATCHING),
    Page("veille/oublies/export.csv", watch_forgotten.csv, "forgotten-csv", WATCHING),
    Page("veille/oublies/export.xlsx", watch_forgotten.xlsx, "forgotten-xlsx", WATCHING),
    Page("veille/avenants/", watch.amendments, "amendments", WATCHING),
    Page("marches/lots/<str:lot>/avenant/", lot_amendment.show, "lot-amendment", DECIDING, ("GET", "POST"), "lot"),
    Page("marches/lots/<str:lot>/avenant/calibrage/", lot_amendment.keep, "lot-amendment-study", DECIDING, DOES, "lot"),
)
