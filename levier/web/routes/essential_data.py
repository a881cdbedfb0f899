from levier.web import award_facts, essential_data
from levier.web.registry import BUYER, MISSION, Page

READS, WORKS = ("GET",), ("GET", "POST")
BUYING = frozenset({MISSION, BUYER})

PAGES = (
    Page("donnees-essentielles/", essential_data.show, "essential-data", BUYING),
    Page("donnees-essentielles/marches.json", essential_data.as_json, "essential-data-json", BUYING),
    Page("donnees-essentielles/marches.xml", essential_data.as_xml, "essential-data-xml", BUYING),
    Page("donnees-essentielles/ocds.json", essential_data.as_ocds, "essential-data-ocds", BUYING),
    Page("donnees-essentielles/manques.csv", essential_data.lacks_csv, "essential-data-lacks", BUYING),
    Page("donnees-essentielles/lots/<str:lot>/", award_facts.show, "lot-record", BUYING, WORKS, "lot"),
)
