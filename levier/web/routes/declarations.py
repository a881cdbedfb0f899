from levier.web import declarations, dictations
from levier.web.registry import COMPANY, FACILITATOR, MISSION, Page

READERS = frozenset({COMPANY, FACILITATOR, MISSION})
DECLARANT = frozenset({COMPANY})
DECIDERS = frozenset({FACILITATOR})
MONTH = "declarations/<str:commitment>/<str:month>/"

PAGES = (
    Page("declarations/", declarations.statements, "statements", READERS, by_link=True),
    Page(MONTH, declarations.statement, "statement", READERS, ("GET", "POST"), objects="commitment", by_link=True),
    Page(
        MONTH + "relire/",
        declarations.check,
        "statement-check",
        DECLARANT,
        ("GET", "POST"),
        objects="commitment",
        by_link=True,
    ),
    Page(
        MONTH + "pieces/",
        declarations.attach,
        "statement-evidence",
        DECLARANT,
        ("POST",),
        objects="commitment",
        by_link=True,
    ),
    Page(MONTH + "saisir/", dictations.type_for, "statement-type-for", DECIDERS, ("GET", "POST"), objects="commitment"),
    Page(
        MONTH + "accord/",
        dictations.agree,
        "statement-agree",
        DECLARANT | DECIDERS,
        ("GET", "POST"),
        objects="commitment",
        by_link=True,
    ),
    Page(MONTH + "clore/", declarations.seal, "statement-seal", frozenset({MISSION}), ("POST",), objects="commitment"),
)
