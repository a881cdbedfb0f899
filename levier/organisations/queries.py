"""Reading organisations."""

from collections.abc import Iterable

from levier.organisations.models import Organisation


def siret_of(organisation_id: int) -> str:
    """The SIRET of an organisation that exists."""
    return Organisation.objects.values_list("siret", flat=True).get(pk=organisation_id)


def names_of(sirets: Iterable[str]) -> dict[str, str]:
    """Names already known, by SIRET. Names and SIRET of establishments are public."""
    return dict(Organisation.objects.filter(siret__in=set(sirets)).values_list("siret", "name"))
