from levier.web import site_calendar
from levier.web.registry import BUYER, COMPANY, FACILITATOR, MISSION, Page

READS, WORKS = ("GET",), ("GET", "POST")
SEES = frozenset({MISSION, BUYER, FACILITATOR, COMPANY})
WRITES = frozenset({FACILITATOR, COMPANY})
AT = "marches/engagements/<str:commitment>/chantier/"
LINE = "chantier/lignes/<str:site_period>/"

PAGES = (
    Page(AT, site_calendar.show, "site-calendar", SEES, READS, "commitment"),
    Page(AT + "export.csv", site_calendar.export, "site-calendar-csv", SEES, READS, "commitment"),
    Page(AT + "inscrire/", site_calendar.write, "site-write", WRITES, WORKS, "commitment"),
    Page(LINE + "repondre/", site_calendar.answer, "site-answer", frozenset({FACILITATOR}), ("POST",), "site_period"),
    Page(LINE + "reprendre/", site_calendar.resume, "site-resume", WRITES, WORKS, "site_period"),
    Page(LINE + "retirer/", site_calendar.withdraw, "site-withdraw", WRITES, WORKS, "site_period"),
)
