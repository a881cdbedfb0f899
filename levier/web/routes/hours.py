from levier.web import hours
from levier.web.registry import FACILITATOR, Page

DECIDERS = frozenset({FACILITATOR})

PAGES = (
    Page("heures/a-valider/", hours.review, "review", DECIDERS),
    Page("heures/a-valider/decider/", hours.decide, "review-decide", DECIDERS, ("POST",)),
    Page("heures/<str:line>/cote/", hours.panel, "line-panel", DECIDERS, objects="line"),
    Page("heures/<str:line>/refuser/", hours.refuse, "line-refuse", DECIDERS, ("GET", "POST"), objects="line"),
    Page("heures/<str:line>/annuler/", hours.reverse_line, "line-reverse", DECIDERS, ("GET", "POST"), objects="line"),
)
