"""Declaring without a password: a link by e-mail, short-lived, used once, for one company, and only to declare."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from levier.accounts.actions import address_prefix, email_digest
from levier.accounts.invitations import Oneself
from levier.accounts.models import DeclarationLink, LinkRequest, Membership
from levier.accounts.queries import in_force
from levier.accounts.rules import WINDOW, may_send_link
from levier.accounts.tokens import digest, new_token
from levier.accounts.values import Duty, Role
from levier.audit.actions import record
from levier.foundation import french
from levier.foundation.periods import PARIS, civil_date
from levier.notifications.actions import queue
from levier.notifications.rules import LINK_MARK
from levier.notifications.writing import SIGNATURE

MOST_COMPANIES = 5
"""Links in one message: a person who declares for more companies signs in."""


def declarants(now: datetime) -> Q:
    """Memberships that may declare by a link at that moment."""
    return in_force(civil_date(now)) & Q(
        role=Role.COMPANY.value, duties__contains=[Duty.DECLARE.value], user__is_active=True
    )


def ask_for_link(*, email: str, address: str, life: timedelta, now: datetime) -> None:
    """Send a link to whoever declares under that e-mail. Unknown, too many asked for, or sent: nothing tells which."""
    email, prefix = email.strip().lower(), address_prefix(address)
    same_email, same_address = Q(email_digest=email_digest(email)), Q(address_prefix=prefix)
    with transaction.atomic():
        LinkRequest.objects.create(at=now, email_digest=email_digest(email), address_prefix=prefix)
        counted = LinkRequest.objects.filter(at__gt=now - WINDOW).aggregate(
            email=Count("pk", filter=same_email), address=Count("pk", filter=same_address)
        )
        found = Membership.objects.filter(declarants(now), user__email__iexact=email)
        declaring = list(found.select_related("organisation", "user").order_by("id")[:MOST_COMPANIES])
        if declaring and may_send_link(counted["email"], counted["address"]):
            _send(declaring, life, now)


def _send(declaring: Sequence[Membership], life: timedelta, now: datetime) -> None:
    user = declaring[0].user
    lines = (
        f"Bonjour {declaring[0].name},",
        "",
        "Vous avez demandé un lien pour déclarer les heures d’insertion de votre entreprise.",
        "",
        "Déclarer sans mot de passe :",
        LINK_MARK,
        f"(une seule fois, jusqu’au {moment(now + life)})",
        "",
        "Vous n’avez rien demandé ? Ne faites rien : ce lien s’éteindra seul.",
        SIGNATURE,
    )
    queue(
        dedupe_key=f"link:{user.public_id}:{now.isoformat()}",
        kind="link",
        to=user.email,
        subject="Votre lien pour déclarer les heures",
        body=french.typeset("\n".join(lines)),
        secret=links_block(declaring, life=life, now=now),
        now=now,
    )
    record(
        actor=Oneself(user), action="link.sent", object_kind="user", object_id=user.public_id, now=now,
        facts={"organisations": [one.organisation.name for one in declaring]},
    )  # fmt: skip


def links_block(declaring: Iterable[Membership], *, life: timedelta, now: datetime) -> str:
    """New links, one a line, after the name of the company where there are several."""
    declaring = list(declaring)
    named = [f"{one.organisation.name} : " if len(declaring) > 1 else "" for one in declaring]
    return "\n".join(name + _new_link(one, life, now) for name, one in zip(named, declaring, strict=True))


def _new_link(membership: Membership, life: timedelta, now: datetime) -> str:
    token = new_token()
    DeclarationLink.objects.create(
        membership=membership, token_digest=digest(token), made_at=now, expires_at=now + life
    )
    return f"{settings.PUBLIC_ADDRESS}/declarer/{token}/"


def link_holder(token: str, now: datetime) -> Membership | None:
    """Whose link it is, while it works; None otherwise, without saying why. Looking uses nothing up: mail filters look."""
    found = (
        DeclarationLink.objects.filter(token_digest=digest(token), used_at__isnull=True, expires_at__gt=now)
        .select_related("membership__organisation", "membership__user")
        .first()
    )
    return _still_declares(found.membership, now) if found else None


@transaction.atomic
def use_link(token: str, now: datetime) -> Membership | None:
    """Use the link up. Of two who come with it, one gets in; None for the other, and once it has expired."""
    known = DeclarationLink.objects.filter(token_digest=digest(token))
    if not known.filter(used_at__isnull=True, expires_at__gt=now).update(used_at=now):
        return None
    link = known.select_related("membership__organisation", "membership__user").get()
    membership = _still_declares(link.membership, now)
    if membership is not None:
        record(
            actor=Oneself(membership.user), action="link.used", object_kind="user", object_id=membership.user.public_id,
            now=now, facts={"organisation": membership.organisation.name},
        )  # fmt: skip
    return membership


def _still_declares(membership: Membership, now: datetime) -> Membership | None:
    return membership if Membership.objects.filter(declarants(now), pk=membership.pk).exists() else None


def moment(at: datetime) -> str:
    """25 novembre 2026 à 14 h 05, in Paris."""
    local = at.astimezone(PARIS)
    return f"{french.day(local.date())} à {local.hour}{french.HARD}h{french.HARD}{local.minute:02d}"
