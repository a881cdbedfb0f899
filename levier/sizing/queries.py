"""Reading studies. Who may see the lot may see its studies, except the companies: a study is the buyer's reasoning."""

from collections.abc import Iterable

from django.db.models import QuerySet

from levier.accounts.values import Actor, Role
from levier.foundation.objections import NotForYou
from levier.procurement.queries import lots_visible_to
from levier.sizing.models import ShareAnnotation, Study


def studies_visible_to(actor: Actor) -> QuerySet[Study]:
    if actor.role is Role.COMPANY:
        return Study.objects.none()
    if actor.role is Role.MISSION:
        return Study.objects.all()
    return Study.objects.filter(lot__in=lots_visible_to(actor))


def study_for(actor: Actor, public_id: str) -> Study:
    """Raise NotForYou when it is unknown or foreign."""
    found = studies_visible_to(actor).select_related("lot__contract__buyer").filter(public_id=public_id).first()
    if found is None:
        raise NotForYou
    return found


def studies_of(actor: Actor, lot_ids: Iterable[int]) -> dict[int, list[Study]]:
    """The studies of these lots, the latest first, in one query."""
    found: dict[int, list[Study]] = {}
    for study in studies_visible_to(actor).filter(lot_id__in=list(lot_ids)).order_by("lot_id", "-at", "-id"):
        found.setdefault(study.lot_id, []).append(study)
    return found


def annotations_visible_to(actor: Actor) -> QuerySet[ShareAnnotation]:
    """All of them for those who size or follow; none for the companies, whose prices they speak of."""
    return ShareAnnotation.objects.none() if actor.role is Role.COMPANY else ShareAnnotation.objects.all()


def annotations_by_key(actor: Actor) -> dict[str, list[ShareAnnotation]]:
    """The latest first, in one query."""
    found: dict[str, list[ShareAnnotation]] = {}
    for annotation in annotations_visible_to(actor).order_by("key", "-at", "-id"):
        found.setdefault(annotation.key, []).append(annotation)
    return found
