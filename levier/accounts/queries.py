from datetime import date

from django.db.models import Q

from levier.accounts.models import Membership
from levier.accounts.values import Actor, Role


def memberships_of(user_id: int, *, today: date) -> list[Membership]:
    """The memberships in force today of an active user, oldest first."""
    return list(
        Membership.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today),
            user_id=user_id,
            user__is_active=True,
            valid_from__lte=today,
        )
        .select_related("user", "organisation", "territory")
        .order_by("valid_from", "id")
    )


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
    )


def demonstration_memberships(*, today: date) -> list[Membership]:
    """The first memberships in force, for the sign-in page of the demonstration only."""
    return list(
        Membership.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today), user__is_active=True, valid_from__lte=today
        )
        .select_related("user", "organisation", "territory")
        .order_by("id")[:60]
    )
