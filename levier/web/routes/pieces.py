from levier.web import pieces
from levier.web.registry import COMPANY, FACILITATOR, MISSION, Page

READERS = frozenset({COMPANY, FACILITATOR, MISSION})

PAGES = (
    Page("pieces/<str:file>/", pieces.original, "evidence", READERS, objects="file", by_link=True),
    Page("pieces/<str:file>/voir/", pieces.show, "evidence-view", READERS, objects="file", by_link=True),
    Page("pieces/<str:file>/page.png", pieces.page, "evidence-page", READERS, objects="file", by_link=True),
)
