from levier.web import structure_edit, structures
from levier.web.registry import MISSION, SIGNED_IN, Page

READS, WORKS = ("GET",), ("GET", "POST")
KEEPERS = frozenset({MISSION})

PAGES = (
    Page("structures/", structures.show, "structures", SIGNED_IN),
    Page("structures/export.csv", structures.export_csv, "structures-csv", SIGNED_IN),
    Page("structures/export.xlsx", structures.export_xlsx, "structures-xlsx", SIGNED_IN),
    Page("structures/ajouter/", structure_edit.add, "structure-add", KEEPERS, WORKS),
    Page("structures/importer/", structure_edit.bring, "structures-import", KEEPERS, WORKS),
    Page("structures/<str:structure>/", structures.detail, "structure", SIGNED_IN, READS, "structure"),
    Page("structures/<str:structure>/modifier/", structure_edit.edit, "structure-edit", KEEPERS, WORKS, "structure"),
    Page("structures/<str:structure>/fermer/", structure_edit.close, "structure-close", KEEPERS, WORKS, "structure"),
    Page(
        "structures/<str:structure>/rouvrir/",
        structure_edit.reopen,
        "structure-reopen",
        KEEPERS,
        ("POST",),
        "structure",
    ),
)
