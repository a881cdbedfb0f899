"""A message to each person of the company that owes and has an access: what is awaited and where to read it. It names no participant."""

from datetime import datetime

from django.conf import settings

from levier.accounts.models import Membership
from levier.accounts.queries import OPENS, in_force
from levier.accounts.values import Role
from levier.commitments.models import Commitment
from levier.foundation import french
from levier.foundation.periods import civil_date
from levier.notifications.actions import queue
from levier.notifications.writing import SIGNATURE, who_to_call
from levier.territories.queries import contact_of


def tell_company(commitment: Commitment, *, key: str, what: str, address: str, now: datetime) -> None:
    """`key` names the event, so that it is told once; `what` is a French sentence; `address` the page, from its slash."""
    today = civil_date(now)
    company = Membership.objects.filter(
        in_force(today),
        OPENS,
        organisation_id=commitment.holder_id,
        role=Role.COMPANY.value,
        user__is_active=True,
    )
    contract = commitment.lot.contract
    reference = contract.reference
    call, answers = who_to_call([contact_of(commitment.territory.number, today)])
    for email, name in company.order_by("user_id").values_list("user__email", "user__full_name").distinct():
        queue(
            dedupe_key=f"{key}:{email}"[:200],
            kind="control",
            to=email,
            subject=french.typeset(f"Clause d’insertion : marché {reference}, votre réponse est attendue"),
            body=french.typeset(
                "\n".join(
                    [
                        f"Bonjour {name},",
                        "",
                        what,
                        f"Marché {reference}, {contract.title[:160]}, lot {commitment.lot.number}.",
                        "",
                        "Lire et répondre :",
                        f"{settings.PUBLIC_ADDRESS}{address}",
                        "",
                        *call,
                        SIGNATURE,
                    ]
                )
            ),
            reply_to=answers,
            now=now,
        )
