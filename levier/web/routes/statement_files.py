from levier.web import statement_file
from levier.web.registry import COMPANY, Page

DECLARANT = frozenset({COMPANY})
ROOT = "declarations/tableaux/"
FILE = ROOT + "fichiers/<str:statement_file>/"
WORKS = ("GET", "POST")
KIND = "statement_file"

PAGES = (
    Page(ROOT, statement_file.upload, "statement-upload", DECLARANT, WORKS, by_link=True),
    Page(ROOT + "modele.xlsx", statement_file.model, "statement-model", DECLARANT, by_link=True),
    Page(FILE, statement_file.show, "statement-file", DECLARANT, WORKS, KIND, by_link=True),
    Page(FILE + "colonnes/", statement_file.columns, "statement-file-columns", DECLARANT, WORKS, KIND, by_link=True),
    Page(
        FILE + "difference/",
        statement_file.difference,
        "statement-file-difference",
        DECLARANT,
        WORKS,
        KIND,
        by_link=True,
    ),
    Page(
        FILE + "a-corriger.xlsx",
        statement_file.errors,
        "statement-file-errors",
        DECLARANT,
        ("GET",),
        KIND,
        by_link=True,
    ),
)
