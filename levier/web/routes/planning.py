from levier.web import need, plan, plan_file, tender
from levier.web.registry import BUYER, MISSION, Page

READS, WORKS = ("GET",), ("GET", "POST")
BUYING = frozenset({MISSION, BUYER})
FILE = "programmation/fichiers/<str:upload>/"

PAGES = (
    Page("programmation/", plan.show, "plan", BUYING),
    Page("programmation/export.xlsx", plan.export_xlsx, "plan-xlsx", BUYING),
    Page("programmation/export.csv", plan.export_csv, "plan-csv", BUYING),
    Page("programmation/modele.xlsx", plan.model, "plan-model", BUYING),
    Page("programmation/deposer/", plan_file.upload, "plan-upload", BUYING, WORKS),
    Page(FILE, plan_file.show, "plan-file", BUYING, WORKS, "upload"),
    Page(FILE + "colonnes/", plan_file.columns, "plan-columns", BUYING, WORKS, "upload"),
    Page(FILE + "difference/", plan_file.difference, "plan-difference", BUYING, WORKS, "upload"),
    Page(FILE + "avis.xlsx", plan_file.results, "plan-results", BUYING, READS, "upload"),
    Page(FILE + "a-corriger.xlsx", plan_file.errors, "plan-errors", BUYING, READS, "upload"),
    Page(FILE + "original", plan_file.original, "plan-original", BUYING, READS, "upload"),
    Page("programmation/lignes/nouvelle/", need.new, "need-new", BUYING, WORKS),
    Page("programmation/lignes/<str:need>/", need.show, "need", BUYING, WORKS, "need"),
    Page("programmation/lignes/<str:need>/modifier/", need.edit, "need-edit", BUYING, WORKS, "need"),
    Page("programmation/dispenses/", tender.waivers, "waivers", BUYING),
    Page("programmation/dispenses/export.csv", tender.waivers_csv, "waivers-csv", BUYING),
    Page("programmation/dispenses/export.xlsx", tender.waivers_xlsx, "waivers-xlsx", BUYING),
    Page("marches/<str:contract>/publication/", tender.show, "tender", BUYING, WORKS, "contract"),
    Page("marches/<str:contract>/publication/reservation-ess/", tender.ess, "tender-ess", BUYING, WORKS, "contract"),
)
