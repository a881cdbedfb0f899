"""Who can sign in to the demonstration."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from levier.demonstration import names


@dataclass(frozen=True, slots=True)
class SignIn:
    """One account to try: `role` in French, `what` it is for."""

    role: str
    name: str
    email: str
    password: str
    what: str


def sign_ins() -> tuple[SignIn, ...]:
    """One account a role, in the order in which the story goes. Facilitators of the other territories: facilitateur1 to 9."""
    return (
        SignIn(
            "Chargée de mission",
            names.MISSION[1],
            names.MISSION[0],
            settings.DEMONSTRATION_PASSWORD,
            "voit tout, calibre, engage, certifie",
        ),
        SignIn("Acheteur", names.BUYER[1], names.BUYER[0], settings.DEMONSTRATION_PASSWORD, "suit ses marchés"),
        SignIn(
            "Facilitatrice",
            "Pays d’Aix",
            "facilitateur4@demo.test",
            settings.DEMONSTRATION_PASSWORD,
            "valide les personnes et les heures",
        ),
        SignIn(
            "Entreprise",
            names.COMPANIES[0],
            "entreprise1@demo.test",
            settings.DEMONSTRATION_PASSWORD,
            "déclare ses heures",
        ),
        SignIn(
            "Prescriptrice",
            names.PRESCRIBER_BODY,
            names.PRESCRIBER[0],
            settings.DEMONSTRATION_PASSWORD,
            "propose des personnes, suit ce qu’elles deviennent",
        ),
        SignIn(
            "Structure d’insertion",
            names.STRUCTURE[1],
            "structure1@demo.test",
            settings.DEMONSTRATION_PASSWORD,
            "confirme les heures de ses salariés",
        ),
    )


def make_accounts(*, today: date, now: datetime) -> None:
    """The mission, a buyer, nine facilitators, a prescriber, one account a company. All with the same password, shown at sign-in."""
    from django.contrib.auth.hashers import make_password

    from levier.accounts.models import Membership, User
    from levier.accounts.values import Role
    from levier.organisations.actions import make_known
    from levier.organisations.models import Organisation
    from levier.organisations.values import OrganisationKind
    from levier.territories.models import Territory
    from levier.territories.queries import contacts

    secret = make_password(settings.DEMONSTRATION_PASSWORD)
    since = date(2024, 1, 1)

    def account(
        email: str, name: str, role: Role, organisation: Organisation, territory: Territory | None = None
    ) -> None:
        user = User.objects.create(email=email, full_name=name, created_at=now, password=secret)
        Membership.objects.create(
            user=user, organisation=organisation, role=role.value, territory=territory, valid_from=since
        )

    buyer = make_known(siret=names.BUYER_SIRET, name=names.BUYER_NAME, kind=OrganisationKind.BUYER, now=now)
    account(*names.MISSION, buyer)
    account(*names.BUYER, buyer)
    calls = contacts(today)
    for territory in Territory.objects.order_by("number"):
        body = make_known(
            siret=names.company_siret(5000 + territory.number),
            name=calls[territory.number].structure,
            kind=OrganisationKind.FACILITATOR_BODY,
            now=now,
        )
        email = f"facilitateur{territory.number}@demo.test"
        account(email, calls[territory.number].person, Role.FACILITATOR, body, territory)
    local = make_known(
        siret=names.company_siret(6000), name=names.PRESCRIBER_BODY, kind=OrganisationKind.PRESCRIBER, now=now
    )
    account(*names.PRESCRIBER, Role.PRESCRIBER, local, Territory.objects.get(number=names.PRESCRIBER_TERRITORY))
    for rank, name in enumerate(names.COMPANIES):
        company = make_known(siret=names.company_siret(rank), name=name, kind=OrganisationKind.COMPANY, now=now)
        account(f"entreprise{rank + 1}@demo.test", f"{_given(rank)} {_family(rank)}", Role.COMPANY, company)
    structure = make_known(
        siret=names.company_siret(names.STRUCTURE[0]),
        name=names.STRUCTURE[1],
        kind=OrganisationKind.INCLUSIVE_STRUCTURE,
        now=now,
    )
    account("structure1@demo.test", f"{_given(40)} {_family(40)}", Role.STRUCTURE, structure)


def _given(rank: int) -> str:
    return names.FIRST_NAMES[(rank * 7 + 3) % len(names.FIRST_NAMES)]


def _family(rank: int) -> str:
    return names.LAST_NAMES[(rank * 11 + 5) % len(names.LAST_NAMES)]
