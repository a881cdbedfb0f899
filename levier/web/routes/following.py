from levier.web import following
from levier.web.registry import BUYER, FACILITATOR, MISSION, Page

READERS = frozenset({MISSION, BUYER, FACILITATOR})
WORKS = ("GET", "POST")

PAGES = (
    Page("suivi/", following.show, "following", READERS),
    Page("suivi/export.csv", following.export_csv, "following-csv", READERS),
    Page("suivi/export.xlsx", following.export_xlsx, "following-xlsx", READERS),
    Page("suivi/<str:commitment>/", following.commitment, "following-commitment", READERS, WORKS, "commitment"),
    Page(
        "suivi/<str:commitment>/facture/",
        following.invoiced,
        "following-invoiced",
        frozenset({MISSION, BUYER}),
        ("POST",),
        "commitment",
    ),
)
