from levier.web import reference_changes, references, territories_edit
from levier.web.registry import MISSION, PUBLIC, Page

READS, WORKS = ("GET",), ("GET", "POST")
EDITORS = frozenset({MISSION})

PAGES = (
    Page("references/", references.show, "references", PUBLIC),
    Page("references/export.csv", references.export, "references-export", PUBLIC),
    Page("references/<str:key>/", references.value, "reference", PUBLIC, READS, "reference"),
    Page("references/<str:key>/modifier/", reference_changes.change, "reference-change", EDITORS, WORKS, "reference"),
    Page("territoires/a-confirmer/", territories_edit.to_confirm, "to-confirm", EDITORS),
    Page("territoires/<int:number>/modifier/", territories_edit.contact, "contact-change", EDITORS, WORKS, "territory"),
    Page(
        "territoires/communes/<str:commune>/confirmer/",
        territories_edit.perimeter,
        "perimeter-confirm",
        EDITORS,
        WORKS,
        "commune",
    ),
)
