from levier.web import (
    contract_list,
    contract_places,
    contract_screening,
    contracts,
    lot_commitment,
    lot_methods,
    lot_sizing,
    published_contracts,
    studies,
    study_feasibility,
)
from levier.web.registry import BUYER, COMPANY, FACILITATOR, FOLLOWERS, MISSION, SIGNED_IN, Page

READS, WORKS = ("GET",), ("GET", "POST")
BUYING = frozenset({MISSION, BUYER})
DECIDING = frozenset({MISSION})
STUDYING = frozenset({MISSION, BUYER, FACILITATOR})
EVERYBODY = SIGNED_IN & {MISSION, BUYER, FACILITATOR, COMPANY}

PAGES = (
    Page("marches/", contract_list.show, "contracts", EVERYBODY),
    Page("marches/export.csv", contract_list.export, "contracts-export", EVERYBODY),
    Page("marches/publies/", published_contracts.show, "published", BUYING),
    Page(
        "marches/publies/<str:published>/", published_contracts.detail, "published-contract", BUYING, READS, "published"
    ),
    Page(
        "marches/publies/<str:published>/suivre/",
        published_contracts.follow,
        "published-follow",
        DECIDING,
        ("POST",),
        "published",
    ),
    Page("marches/<str:contract>/", contracts.show, "contract", EVERYBODY, READS, "contract"),
    Page("marches/<str:contract>/examen/", contract_screening.show, "contract-screen", BUYING, WORKS, "contract"),
    Page("marches/<str:contract>/territoires/", contract_places.show, "contract-locate", DECIDING, WORKS, "contract"),
    Page("marches/lots/<str:lot>/calibrage/", lot_sizing.show, "lot-size", BUYING, WORKS, "lot"),
    Page("marches/lots/<str:lot>/calibrage/methodes/", lot_methods.show, "lot-methods", BUYING, WORKS, "lot"),
    Page("marches/lots/<str:lot>/engagement/", lot_commitment.commit, "lot-commit", DECIDING, WORKS, "lot"),
    Page("marches/calibrages/<str:study>/", studies.kept, "study", STUDYING, READS, "study"),
    Page("marches/calibrages/<str:study>/note.pdf", studies.note, "study-note", STUDYING, READS, "study"),
    Page(
        "marches/calibrages/<str:study>/faisabilite/",
        study_feasibility.show,
        "study-feasibility",
        STUDYING,
        READS,
        "study",
    ),
    Page("marches/calibrages/<str:study>/comparer/", studies.compare, "study-compare", STUDYING, READS, "study"),
    Page(
        "marches/engagements/<str:commitment>/dispense/",
        lot_commitment.waive,
        "commitment-waive",
        DECIDING,
        WORKS,
        "commitment",
    ),
    Page(
        "marches/engagements/<str:commitment>/globalisation/",
        lot_commitment.pool,
        "commitment-pool",
        FOLLOWERS,
        WORKS,
        "commitment",
    ),
)
