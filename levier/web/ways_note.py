"""The words of a plan of ways as they stand on paper."""

from collections.abc import Iterable, Mapping
from typing import Any

from levier.commitments.models import Commitment
from levier.foundation import french
from levier.onboarding.labels import STEPS, WAYS
from levier.onboarding.models import ActionPlan
from levier.onboarding.plan_note import Note, NoteLine
from levier.onboarding.values import Way, WayLine
from levier.territories.values import ContactFacts

UNVERIFIED = "Délais, heures par semaine et coûts sont des ordres de grandeur non vérifiés : demandez des devis."


def note_of(
    commitment: Commitment,
    lines: Iterable[WayLine],
    kept: ActionPlan | None,
    *,
    left: str,
    near: Mapping[Way, list[tuple[Any, str]]],
    facilitator: ContactFacts | None,
) -> Note:
    """`left`: hours still to be done, in words; `near`: structures with their kind in words, by way."""
    contract = commitment.lot.contract
    return Note(
        title="Plan d’action" if kept else "Les voies, côte à côte",
        contract=f"Marché {contract.reference}, {contract.title[:200]}",
        holder=f"{commitment.holder.name}, lot {commitment.lot.number}",
        hours=left,
        until=f"d’ici au {french.day(commitment.ends_on)}",
        owner=(
            f"Suivi par {kept.owner.name}. Démarches à partir du {french.day(kept.decided_on)}. {kept.note}".strip()
            if kept
            else "Aucun plan n’est encore gardé."
        ),
        lines=tuple(_line(line, near.get(line.way, [])) for line in lines),
        facilitator=(
            ", ".join(
                filter(None, (facilitator.person, facilitator.structure, facilitator.phone_to_read, facilitator.email))
            )
            if facilitator
            else ""
        ),
        caution=french.typeset(UNVERIFIED),
    )


def _line(line: WayLine, near: list[tuple[Any, str]]) -> NoteLine:
    people = french.plural(line.people, "personne") if line.people else "impossible avant la fin"
    return NoteLine(
        name=WAYS[line.way],
        hours=french.hours(line.hours),
        people=people,
        first=french.day(line.first_day),
        cost=f"{french.euros(line.cost_low)} à {french.euros(line.cost_high)}",
        steps=tuple(french.typeset(step) for step in STEPS[line.way]),
        structures=tuple(
            ", ".join(
                filter(
                    None, (one.name, kind, one.city, f"{french.number(one.capacity)} postes" if one.capacity else "")
                )
            )
            for one, kind in near
        ),
    )
