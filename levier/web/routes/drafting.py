from levier.web import draft_models, drafting
from levier.web.registry import BUYER, MISSION, Page

BUYING, DECIDING = frozenset({MISSION, BUYER}), frozenset({MISSION})

PAGES = (
    Page("marches/<str:contract>/redaction/", drafting.show, "contract-draft", BUYING, ("GET", "POST"), "contract"),
    Page("redaction/dossiers/<str:kit>/", drafting.download, "kit", BUYING, objects="kit"),
    Page("redaction/modeles/", draft_models.models, "draft-models", BUYING),
    Page("redaction/modeles/<str:piece>/", draft_models.model, "draft-model", BUYING),
    Page("redaction/modeles/<str:piece>/livre.docx", draft_models.shipped, "draft-model-shipped", BUYING),
    Page("redaction/modeles/<str:piece>/deposer/", draft_models.put_back, "draft-model-put", DECIDING, ("POST",)),
    Page("redaction/modeles/<str:piece>/reprendre/", draft_models.again, "draft-model-again", DECIDING, ("POST",)),
    Page("redaction/versions/<str:model>/", draft_models.version, "draft-model-version", BUYING, objects="model"),
)
