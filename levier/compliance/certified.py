"""Which commitments have a certificate. The caller has already asked which ones the actor may see."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, QuerySet

from levier.commitments.models import Commitment
from levier.compliance.models import Certificate
from levier.compliance.queries import in_force


def certified_on(commitment_ids: Iterable[int]) -> dict[int, datetime]:
    """The moment of the latest certificate of each commitment that has one, in one query."""
    rows = Certificate.objects.filter(in_force(), commitment_id__in=list(commitment_ids)).values_list("commitment_id")
    return dict(rows.annotate(Max("sealed_at")))


def certified_among(commitments: QuerySet[Commitment]) -> set[int]:
    """Those of these commitments that have a certificate, in one query."""
    scope = commitments.order_by().values("pk")
    return set(Certificate.objects.filter(in_force(), commitment__in=scope).values_list("commitment_id", flat=True))
