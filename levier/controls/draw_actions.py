"""Drawing the commitments to control: by chance alone or weighted by risk, with a seed that is published, so that anybody can do it again."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Min

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.commitments.models import Commitment, CommitmentPlacement
from levier.commitments.queries import commitments_visible_to
from levier.compliance.certified import certified_among
from levier.controls import policies, rules
from levier.controls.actions import open_case
from levier.controls.models import Case, Draw
from levier.controls.refusals import ControlRefusal, refuse
from levier.controls.values import CaseKind, RiskFacts, Ticketed
from levier.following.standing import late_among
from levier.foundation.explanation import Explained
from levier.foundation.objections import NotForYou, Objection
from levier.foundation.periods import add_months, civil_date, first_of_month, months_between
from levier.hours.models import Statement, StatementLine
from levier.hours.queries import reference_values


@dataclass(frozen=True, slots=True)
class Candidate:
    """A running commitment, its code in the draw, and why it has its tickets."""

    commitment: Commitment
    code: str
    risk: Explained[int]


def candidates(actor: Actor, today: date) -> list[Candidate]:
    """Every running commitment without a certificate that the actor sees, in a fixed number of queries."""
    running = (
        commitments_visible_to(actor)
        .filter(starts_on__lte=today, ends_on__gte=today)
        .select_related("lot__contract", "holder")
    )
    done = certified_among(running)
    found = [one for one in running.order_by("id") if one.pk not in done]
    ids = [one.pk for one in found]
    late = late_among(running, today=today, catalogue=reference_values())
    last = add_months(first_of_month(today), -1)
    placed = dict(
        CommitmentPlacement.objects.filter(commitment__in=ids).values_list("commitment_id").annotate(Min("since"))
    )
    sent: Counter[int] = Counter(
        Statement.objects.filter(commitment__in=ids, state="sent", month__lte=last).values_list(
            "commitment_id", flat=True
        )
    )
    refused = dict(
        StatementLine.objects.filter(state="refused", statement__commitment__in=ids)
        .values_list("statement__commitment_id")
        .annotate(Count("id"))
    )
    checked = dict(
        Case.objects.filter(commitment__in=ids, kind__in=["visit", "pieces"], steps_count__gte=2)
        .values_list("commitment_id")
        .annotate(Max("since"))
    )
    return [
        Candidate(
            one,
            rules.anonymous_code(one.public_id),
            rules.risk_weight(
                RiskFacts(
                    late=one.pk in late,
                    months_silent=_silent(one, placed.get(one.pk), last, sent[one.pk]),
                    refused_lines=refused.get(one.pk, 0),
                    due=one.due_hours,
                    controlled_within_a_year=one.pk in checked
                    and civil_date(checked[one.pk]) > today - timedelta(days=365),
                )
            ),
        )
        for one in found
    ]


def _silent(commitment: Commitment, first: date | None, last: date, sent: int) -> int:
    """Months worked by somebody and over, less the statements sent."""
    if first is None:
        return 0
    return max(0, len(list(months_between(max(first, commitment.starts_on), last))) - sent)


@transaction.atomic
def make_draw(
    *, actor: Actor, seed: str, seed_source: str, weighted: bool, size: int, kind: CaseKind, now: datetime
) -> Draw:
    """Draw, publish, and plan the controls. `seed_source`: where the seed comes from, so that nobody can say it was chosen.

    The same seed over the same hat is the same draw.
    """
    if not policies.may_decide(actor) or kind not in {CaseKind.VISIT, CaseKind.PIECES}:
        raise NotForYou
    seed, seed_source = seed.strip(), seed_source.strip()
    objections = []
    if not 0 < len(seed) <= 80 or "|" in seed or not 0 < len(seed_source) <= 200:
        objections.append(Objection(ControlRefusal.DRAW_SEED, "seed"))
    hat = candidates(actor, civil_date(now))
    if not hat:
        objections.append(Objection(ControlRefusal.DRAW_EMPTY))
    elif not 0 < size <= len(hat):
        objections.append(Objection(ControlRefusal.DRAW_SIZE, "size", {"most": len(hat)}))
    if objections:
        raise refuse(*objections)
    population = [Ticketed(one.code, one.risk.result if weighted else 1) for one in hat]
    pinned = rules.population_hash(population)
    known = Draw.objects.filter(seed=seed, population_hash=pinned, weighted=weighted).first()
    if known is not None and len(known.drawn) == size:
        return known
    drawn = rules.draw(seed, population, size)
    draw = Draw.objects.create(
        seed=seed,
        seed_source=seed_source,
        weighted=weighted,
        population=sorted([one.code, one.weight] for one in population),
        population_hash=pinned,
        drawn=list(drawn),
        at=now,
        by_label=f"{actor.label}, {actor.organisation_name}"[:200],
    )
    record(
        actor=actor, action="control.drawn", object_kind="draw", object_id=draw.public_id,
        facts={"seed": seed, "weighted": weighted, "population": len(hat), "drawn": size}, now=now,
    )  # fmt: skip
    chosen = {one.code: one.commitment for one in hat}
    for code in drawn:
        why = (
            " ".join(step.sentence for step in next(one for one in hat if one.code == code).risk.steps)
            if weighted
            else "tirage à chances égales"
        )
        open_case(
            actor=actor,
            commitment_id=chosen[code].public_id,
            kind=kind,
            ground=f"Tiré au sort, graine «\u00a0{seed}\u00a0»\u00a0: {why}",
            now=now,
            draw=draw,
        )
    return draw
