"""Reading organisations."""

from levier.organisations.models import Organisation


def siret_of(organisation_id: int) -> str:
    """The SIRET of an organisation that exists."""
    return Organisation.objects.values_list("siret", flat=True).get(pk=organisation_id)
