from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet

from levier.accounts.models import Membership
from levier.accounts.values import OPENING, Actor, Duty, Role


def in_force(today: date) -> Q:
    """Memberships that hold on that day, and were not withdrawn."""
    return Q(withdrawn_at__isnull=True, valid_from__lte=today) & (
        Q(valid_until__isnull=True) | Q(valid_until__gte=today)
    )


OPENS = ~Q(role=Role.COMPANY.value) | Q(duties__overlap=sorted(OPENING))
"""Memberships that open an access: all but a company's contacts who only sign or are on site."""


def memberships_of(user_id: int, *, today: date) -> list[Membership]:
    """The memberships in force today that open an access to an active user, oldest first."""
    return list(
        Membership.objects.filter(in_force(today), OPENS, user_id=user_id, user__is_active=True)
        .select_related("user", "organisation", "territory")
        .order_by("valid_from", "id")
    )


def contacts_of(organisation_id: int, *, today: date) -> list[Membership]:
    """The people of a company, who administers first."""
    found = Membership.objects.filter(in_force(today), organisation_id=organisation_id, role=Role.COMPANY.value)
    return sorted(
        found.select_related("user").order_by("id"), key=lambda one: (Duty.ADMINISTER not in one.duties, one.name)
    )


def former_contacts_of(organisation_id: int) -> list[Membership]:
    """Those who were withdrawn, the latest first."""
    found = Membership.objects.filter(
        organisation_id=organisation_id, role=Role.COMPANY.value, withdrawn_at__isnull=False
    )
    return list(found.select_related("user").order_by("-withdrawn_at", "-id"))


def delegations_of(actor: Actor, *, today: date) -> QuerySet[Membership]:
    """Accesses of structures, and delegations of prescribers, in force: for the mission all; for a facilitator, delegations in the own territories and
    structures that the facilitator let in.
    """
    found = Membership.objects.filter(
        in_force(today),
        Q(role=Role.STRUCTURE.value) | Q(role=Role.PRESCRIBER.value, valid_until__isnull=False),
    ).select_related("user", "organisation", "territory")
    if actor.role is Role.MISSION:
        return found.order_by("organisation__name", "pk")
    if actor.role is Role.FACILITATOR:
        own = Q(territory_id__in=actor.territory_ids) | Q(granted_by_id=actor.user_id)
        return found.filter(own).order_by("organisation__name", "pk")
    return found.none()


def actor_from(membership: Membership) -> Actor:
    territory = membership.territory
    return Actor(
        user_id=membership.user_id,
        membership_id=membership.pk,
        role=Role(membership.role),
        organisation_id=membership.organisation_id,
        organisation_name=membership.organisation.name,
        label=membership.user.full_name,
        territory_ids=(territory.pk,) if territory else (),
        territory_numbers=(territory.number,) if territory else (),
        territory_names=(territory.short_name,) if territory else (),
        delegated=membership.role == Role.PRESCRIBER and membership.valid_until is not None,
        administers=membership.role == Role.COMPANY and Duty.ADMINISTER in membership.duties,
    )


def demonstration_memberships(*, today: date) -> list[Membership]:
    """The first memberships in force, for the sign-in page of the demonstration only."""
    return list(
        Membership.objects.filter(in_force(today), OPENS, user__is_active=True)
        .select_related("user", "organisation", "territory")
        .order_by("id")[:60]
    )


def contact_counts(organisation_ids: Iterable[int], *, today: date) -> dict[int, int]:
    """How many contacts each of these companies has."""
    found = Membership.objects.filter(
        in_force(today), organisation_id__in=list(organisation_ids), role=Role.COMPANY.value
    )
    return dict(found.values_list("organisation_id").annotate(number=Count("pk")))


def is_in(organisation_id: int, email: str, *, today: date) -> bool:
    """Whether that e-mail is a contact's who came in by other means than an invitation, and has a password."""
    found = Membership.objects.filter(
        in_force(today), organisation_id=organisation_id, role=Role.COMPANY.value, user__email__iexact=email.strip(), invitations=None
    ).select_related("user")  # fmt: skip
    return any(one.user.has_usable_password() for one in found)
