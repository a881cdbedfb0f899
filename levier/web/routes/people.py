from levier.web import eligibility, people, placements
from levier.web.registry import COMPANY, FACILITATOR, FOLLOWERS, Page

DECIDERS = frozenset({FACILITATOR})

PAGES = (
    Page("personnes/", people.people, "people", FOLLOWERS),
    Page("personnes/nouvelle/", people.new_person, "person-new", DECIDERS, ("GET", "POST")),
    Page("personnes/<str:person>/", people.person, "person", FOLLOWERS, objects="person"),
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
        DECIDERS,
        ("GET", "POST"),
        objects="person",
    ),
    Page(
        "mises-a-l-emploi/<str:placement>/fin/",
        people.end_placement,
        "placement-end",
        DECIDERS,
        ("GET", "POST"),
        objects="placement",
    ),
    Page("nos-personnes/", people.own_people, "own-people", frozenset({COMPANY})),
)
