"""Making an establishment known. Called inside the transaction of the action that met it."""

from datetime import datetime

from levier.organisations.models import Organisation
from levier.organisations.values import OrganisationKind


def name_without_one(siret: str) -> str:
    """What stands for a name where a notice gives only the SIRET; replaced as soon as a notice names it."""
    return f"Établissement {siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"


def make_known(*, siret: str, name: str, kind: OrganisationKind, now: datetime) -> Organisation:
    """The establishment of that SIRET, created if it is new. A kind is added, never removed; a name already known stays."""
    named = " ".join(name.split())[:200]
    # Without holding up whoever only refers to it (no_key).
    found, created = Organisation.objects.select_for_update(no_key=True).get_or_create(
        siret=siret, defaults={"name": named or name_without_one(siret), "kinds": [kind.value], "created_at": now}
    )
    changed = []
    if not created and kind.value not in found.kinds:
        found.kinds = [*found.kinds, kind.value]
        changed.append("kinds")
    if not created and named and found.name == name_without_one(siret):
        found.name = named
        changed.append("name")
    if changed:
        found.save(update_fields=changed)
    return found
