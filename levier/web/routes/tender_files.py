from levier.web import tender_files
from levier.web.registry import BUYER, MISSION, Page

READERS = frozenset({MISSION, BUYER})

PAGES = (
    Page("dossiers/lire/", tender_files.show, "tender-files", READERS, ("GET", "POST")),
    Page(
        "marches/<str:contract>/dossier/",
        tender_files.of_contract,
        "tender-files-contract",
        READERS,
        ("GET", "POST"),
        "contract",
    ),
    Page(
        "marches/dossier/<str:tender_file>/original",
        tender_files.download,
        "tender-file",
        READERS,
        objects="tender_file",
    ),
)
