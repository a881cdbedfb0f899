from levier.web import outbox
from levier.web.registry import MISSION, Page

PAGES = (
    Page("messages/", outbox.outbox, "outbox", frozenset({MISSION})),
    Page("messages/<str:message>/reessayer/", outbox.again, "outbox-again", frozenset({MISSION}), ("POST",), "message"),
)
