"""A message to each person of the company that owes: what is awaited and where to read it. It names no participant."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q

from levier.accounts.models import Membership
from levier.accounts.values import Role
from levier.commitments.models import Commitment
from levier.foundation import french
from levier.foundation.periods import civil_date
from levier.notifications.actions import queue


def tell_company(commitment: Commitment, *, key: str, what: str, address: str, now: datetime) -> None:
    """`key` names the event, so that it is told once; `what` is a French sentence; `address` the page, from its slash."""
    today = civil_date(now)
    company = Membership.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=today),
        organisation_id=commitment.holder_id,
        role=Role.COMPANY.value,
        user__is_active=True,
        valid_from__lte=today,
    )
    reference = commitment.lot.contract.reference
    for email, name in company.order_by("user_id").values_list("user__email", "user__full_name").distinct():
        queue(
            dedupe_key=f"{key}:{email}"[:200],
            kind="control",
            to=email,
            subject=french.typeset(f"Clause d’insertion : marché {reference}, votre réponse est attendue"),
            body=french.typeset(
                f"Bonjour {name},\n\n{what}\n\nPour lire et répondre : {settings.PUBLIC_ADDRESS}{address}\n\n"
                "Levier, la clause sociale d’insertion du Département"
            ),
            now=now,
        )
