from levier.web import eligibility, iae, people, placements
from levier.web.registry import COMPANY, FACILITATOR, FOLLOWERS, PRESCRIBER, STRUCTURE, Page

DECIDERS, PLACERS = frozenset({FACILITATOR, PRESCRIBER}), frozenset({FACILITATOR})
READERS = FOLLOWERS | {PRESCRIBER}

PAGES = (
    Page("personnes/", people.people, "people", READERS),
    Page("personnes/nouvelle/", people.new_person, "person-new", DECIDERS, ("GET", "POST")),
    Page("personnes/<str:person>/", people.person, "person", READERS, objects="person"),
    Page(
        "personnes/<str:person>/eligibilite/",
        eligibility.decide,
        "eligibility-new",
        DECIDERS,
        ("GET", "POST"),
        objects="person",
    ),
    Page(
        "personnes/<str:person>/refus/",
        eligibility.refuse_person,
        "eligibility-refuse",
        DECIDERS,
        ("GET", "POST"),
        objects="person",
    ),
    Page(
        "personnes/<str:person>/mise-a-l-emploi/",
        placements.place,
        "placement-new",
        PLACERS,
        ("GET", "POST"),
        objects="person",
    ),
    Page(
        "mises-a-l-emploi/<str:placement>/fin/",
        people.end_placement,
        "placement-end",
        PLACERS,
        ("GET", "POST"),
        objects="placement",
    ),
    Page("mises-a-l-emploi/<str:placement>/entree-iae/", iae.check, "iae-check", PLACERS, ("GET", "POST"), "placement"),
    Page(
        "nos-personnes/<str:employed>/entree-iae/",
        iae.own_check,
        "own-iae-check",
        frozenset({STRUCTURE}),
        ("GET", "POST"),
        "employed",
    ),
    Page("nos-personnes/", people.own_people, "own-people", frozenset({COMPANY, STRUCTURE})),
)
