from levier.web import bid_award, bid_scores, bids, criterion
from levier.web.registry import BUYER, MISSION, Page

BUYING, DECIDING, WORKS = frozenset({MISSION, BUYER}), frozenset({MISSION}), ("GET", "POST")

PAGES = (
    Page("marches/lots/<str:lot>/critere/", criterion.show, "criterion", BUYING, WORKS, "lot"),
    Page("marches/lots/<str:lot>/critere/arreter/", criterion.close, "criterion-close", BUYING, ("POST",), "lot"),
    Page(
        "marches/lots/<str:lot>/critere/cadre-de-reponse.xlsx",
        criterion.sheet,
        "criterion-sheet",
        BUYING,
        objects="lot",
    ),
    Page("marches/lots/<str:lot>/offres/", bids.show, "bids", BUYING, WORKS, "lot"),
    Page("marches/lots/<str:lot>/offres/ensemble/", bid_scores.together, "bids-together", BUYING, WORKS, "lot"),
    Page("marches/lots/<str:lot>/offres/analyse.docx", bid_scores.report_docx, "bids-report", BUYING, objects="lot"),
    Page("marches/offres/<str:bid>/notes/", bid_scores.score, "bid-scores", BUYING, WORKS, "bid"),
    Page("marches/offres/<str:bid>/accord/", bid_scores.agree_on, "bid-agree", BUYING, WORKS, "bid"),
    Page("marches/offres/<str:bid>/engagement/", bid_award.show, "bid-award", DECIDING, WORKS, "bid"),
)
