from levier.web import declaration_calendar, following
from levier.web.registry import BUYER, FACILITATOR, MISSION, PUBLIC, SIGNED_IN, Page

READERS = frozenset({MISSION, BUYER, FACILITATOR})
WORKS = ("GET", "POST")

PAGES = (
    Page("suivi/", following.show, "following", READERS),
    Page("suivi/export.csv", following.export_csv, "following-csv", READERS),
    Page("suivi/export.xlsx", following.export_xlsx, "following-xlsx", READERS),
    Page("suivi/<str:commitment>/", following.commitment, "following-commitment", READERS, WORKS, "commitment"),
    Page("calendrier/", declaration_calendar.show, "declaration-calendar", SIGNED_IN),
    Page("calendrier/export.csv", declaration_calendar.export, "declaration-calendar-csv", SIGNED_IN),
    Page("calendrier/abonnement/", declaration_calendar.subscribe, "calendar-subscribe", SIGNED_IN, ("POST",)),
    Page("calendrier/abonnement/retirer/", declaration_calendar.revoke, "calendar-revoke", SIGNED_IN, ("POST",)),
    Page(
        "calendrier/acheteurs/<str:buyer>/",
        declaration_calendar.change,
        "buyer-calendar",
        frozenset({MISSION, BUYER}),
        WORKS,
        "buyer",
    ),
    Page("agenda/<str:secret>.ics", declaration_calendar.feed, "calendar-feed", PUBLIC, ("GET",), "calendar_secret"),
)
