"""What the pages of a contract and of a company say of how the company came in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from levier.accounts.queries import contact_counts
from levier.accounts.values import Actor, Role
from levier.commitments.models import Commitment
from levier.onboarding.labels import PROOFS, WAYS
from levier.onboarding.models import ActionPlan, KickOff
from levier.onboarding.policies import may_plan, may_receive
from levier.onboarding.queries import first_steps, kick_offs_of, plans_of
from levier.onboarding.values import Proof, Way
from levier.web import clock


@dataclass(frozen=True, slots=True)
class WelcomeRow:
    """One commitment; addresses are empty where the reader may not go."""

    commitment: Commitment
    contacts: int
    kick_off: KickOff | None
    proofs: tuple[str, ...]
    plan: ActionPlan | None
    ways: tuple[str, ...]
    invite_url: str
    kick_off_url: str
    ways_url: str


def welcome_rows(actor: Actor, commitments: Sequence[Commitment]) -> list[WelcomeRow]:
    """In three queries, whatever their number; nothing for a buyer, who does not follow the execution."""
    if actor.role is Role.BUYER or not commitments:
        return []
    ids = [one.pk for one in commitments]
    plans, kick_offs = plans_of(actor, ids), kick_offs_of(actor, ids)
    counts = contact_counts({one.holder_id for one in commitments}, today=clock.today())
    return [
        WelcomeRow(
            one,
            counts.get(one.holder_id, 0),
            kick_offs.get(one.pk),
            tuple(PROOFS[Proof(code)] for code in kick_offs[one.pk].proofs) if one.pk in kick_offs else (),
            plans.get(one.pk),
            tuple(WAYS[Way(part["way"])] for part in plans[one.pk].parts) if one.pk in plans else (),
            reverse("company-invite", args=[one.public_id]) if may_receive(actor) else "",
            reverse("kick-off", args=[one.public_id]) if may_receive(actor) else "",
            reverse("ways", args=[one.public_id]) if may_plan(actor) else "",
        )
        for one in commitments
    ]


@dataclass(frozen=True, slots=True)
class First:
    """One of the three first things to do."""

    title: str
    why: str
    url: str
    action: str
    done: bool


def firsts(actor: Actor) -> list[First]:
    """What a company does first, until all three are done; nothing for the others."""
    if actor.role is not Role.COMPANY:
        return []
    steps = first_steps(actor, clock.today())
    if steps is None or not steps.left or steps.commitment is None:
        return []
    owed = steps.commitment
    return [
        First(
            "Donner vos contacts",
            "Qui signe, qui reçoit les personnes sur le chantier : votre facilitateur saura qui appeler.",
            reverse("own-company"),
            "Compléter les contacts",
            steps.contacts,
        ),
        First(
            "Choisir par quelle voie faire vos heures",
            f"Marché {owed.lot.contract.reference} : délais, coûts et structures proches, côte à côte.",
            reverse("ways", args=[owed.public_id]),
            "Comparer les voies",
            steps.way,
        ),
        First(
            "Déclarer le premier mois",
            "Dix minutes, même sans heures : « aucune heure ce mois-ci » est une réponse.",
            reverse("statements"),
            "Voir les mois",
            steps.declared,
        ),
    ]
