from levier.web import care, confirm, duplicates, follow_up, opening
from levier.web.registry import FACILITATOR, FOLLOWERS, MISSION, PARTIES, STRUCTURE, Page

FACILITATORS, STRUCTURES = frozenset({FACILITATOR}), frozenset({STRUCTURE})
BOTH = ("GET", "POST")

PAGES = (
    Page("personnes/<str:person>/lettre/", care.letter, "person-letter", FACILITATORS, BOTH, "person"),
    Page(
        "personnes/<str:person>/lettre/lettre.pdf",
        care.letter_file,
        "person-letter-pdf",
        FACILITATORS,
        objects="person",
    ),
    Page("personnes/<str:person>/coordonnees/", care.contact, "person-contact", FACILITATORS, BOTH, "person"),
    Page("acces/partenaires/", opening.open_partner, "partner-access", FACILITATORS, BOTH),
    Page(
        "acces/partenaires/<str:membership>/fin/",
        opening.end_partner,
        "partner-end",
        FACILITATORS,
        ("POST",),
        "membership",
    ),
    Page("acces/durees/", opening.durations, "buyer-durations", frozenset({MISSION}), BOTH),
    Page("contestations/", care.contests, "contests", FOLLOWERS),
    Page("contestations/<str:contest>/", care.contest, "contest", FOLLOWERS, BOTH, "contest"),
    Page("doublons/", duplicates.duplicates, "duplicates", FOLLOWERS),
    Page("doublons/<str:person>/", duplicates.duplicate, "duplicate", FOLLOWERS, BOTH, "person"),
    Page(
        "doublons/demandes/<str:proposal>/", duplicates.proposal, "duplicate-proposal", FOLLOWERS, ("POST",), "proposal"
    ),
    Page("suites/", follow_up.outcomes, "outcomes", FOLLOWERS),
    Page("suites/chiffres/", follow_up.summary, "outcome-counts", PARTIES | STRUCTURES),
    Page("suites/export.csv", follow_up.export_csv, "outcomes-csv", FOLLOWERS),
    Page("suites/export.xlsx", follow_up.export_xlsx, "outcomes-xlsx", FOLLOWERS),
    Page("suites/<str:outcome>/", follow_up.outcome, "outcome", FACILITATORS, BOTH, "outcome"),
    Page("confirmer/", confirm.confirm, "confirm", STRUCTURES, BOTH),
    Page("confirmer/<str:supplied>/", confirm.contest, "confirm-contest", STRUCTURES, BOTH, "supplied"),
)
