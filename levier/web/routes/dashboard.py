from levier.web import dashboard
from levier.web.registry import BUYER, FACILITATOR, MISSION, Page

READERS = frozenset({MISSION, FACILITATOR, BUYER})

PAGES = (
    Page("tableau-de-bord/", dashboard.show, "dashboard", READERS),
    Page("tableau-de-bord/export.csv", dashboard.export, "dashboard-export", READERS),
)
