import ipaddress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q

from levier.accounts import rules
from levier.accounts.models import SignInAttempt, User
from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.foundation.encryption import blind_index


def address_prefix(address: str) -> str:
    """The network a person comes from: /24 in IPv4, /48 in IPv6. Whole addresses are not kept."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


def email_digest(email: str) -> bytes:
    return blind_index(settings.MASTER_KEY, "sign-in", email.strip().lower())


def sign_in_wait(*, email: str, address: str, now: datetime) -> timedelta:
    """How long to wait before trying this account from this address; the same for accounts that do not exist."""
    digest, prefix = email_digest(email), address_prefix(address)
    recent = Q(at__gte=now - rules.WINDOW, accepted=False)
    same_account, same_address = Q(email_digest=digest), Q(address_prefix=prefix)
    counted = SignInAttempt.objects.filter(recent & (same_account | same_address)).aggregate(
        pair=Count("pk", filter=same_account & same_address),
        address=Count("pk", filter=same_address),
        account=Count("pk", filter=same_account),
        last=Max("at"),
    )
    familiar = SignInAttempt.objects.filter(
        same_account & same_address, accepted=True, at__gte=now - rules.FAMILIAR_FOR
    ).exists()
    return rules.wait(rules.Attempts(**counted, familiar=familiar), now=now)


def record_sign_in(*, email: str, address: str, accepted: bool, now: datetime) -> None:
    """Keep the attempt; an accepted one forgives the failures of the same account from the same address."""
    digest, prefix = email_digest(email), address_prefix(address)
    with transaction.atomic():
        if accepted:
            SignInAttempt.objects.filter(email_digest=digest, address_prefix=prefix, accepted=False).delete()
        SignInAttempt.objects.create(at=now, email_digest=digest, address_prefix=prefix, accepted=accepted)


def choose_shortcuts(*, actor: Actor, on: bool, now: datetime) -> None:
    """Keep or drop the shortcuts of one letter (WCAG 2.1.4)."""
    assert actor.user_id is not None
    with transaction.atomic():
        User.objects.filter(pk=actor.user_id).update(single_key_shortcuts=on)
        record(
            actor=actor, action="account.shortcuts", object_kind="user", object_id=str(actor.user_id), now=now,
            facts={"on": on},
        )  # fmt: skip
