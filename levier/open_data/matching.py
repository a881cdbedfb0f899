"""Which published contracts may be the award of a file of ours: found by words they share, scored by the rule. Read only."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nlargest

from django.db.models import Exists, OuterRef, Q, QuerySet

from levier.accounts.values import Actor
from levier.open_data.models import MatchDecision, PublishedContract
from levier.open_data.queries import published_visible_to
from levier.open_data.rules import SIREN, match, squeezed_reference, telling_words
from levier.open_data.values import Kind
from levier.open_data.watch_values import FileFacts, Match, PublishedFacts
from levier.planning.models import Need
from levier.planning.plan_queries import needs_visible_to
from levier.planning.stages import Stage
from levier.procurement.models import Lot
from levier.procurement.queries import awaiting_award, contracts_visible_to
from levier.spreadsheets.amounts import Tax

MOST_COMPARED = 5000
"""Published contracts compared with our files, the latest first."""
SHARED_LEAST, REFERENCE_WORTH = 2, 4
"""Traits (words, code, holder) that must be shared before the rule is asked; a reference, or its beginning, is worth several."""
MOST_SCORED = 30
"""Published contracts scored for one lot: those that share most, the latest first."""
NEAR_BEST = 20
"""Points under the best proposal for a contract, at most: what is less likely is proposed once the better ones are rejected."""
_HEAVY = ("raw", "search_text", "content_hash")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A published contract and the lot of ours that it looks like most."""

    published: PublishedContract
    lot: Lot
    match: Match


@dataclass(frozen=True, slots=True)
class Proposals:
    """Best score first. `compared`: published contracts that were looked at; `capped`: there were more."""

    rows: list[Proposal]
    lots: int
    compared: int
    capped: bool


def proposals(actor: Actor) -> Proposals:
    """Every proposal in the actor's scope that nobody has decided: four queries, whatever there is."""
    lots = list(awaiting_award(actor))
    sirens = {lot.contract.buyer.siret[:SIREN] for lot in lots}
    published = list(_unfollowed(actor, sirens).order_by("-notified_on", "-id")[: MOST_COMPARED + 1]) if lots else []
    capped, published = len(published) > MOST_COMPARED, published[:MOST_COMPARED]
    rejected = set(decisions_visible_to(actor).filter(undone_at=None).values_list("published_id", "contract_id"))
    best: dict[tuple[int, int], Proposal] = {}
    facts = [facts_of_lot(lot) for lot in lots]
    for one, place in _alike(published, facts):
        lot = lots[place]
        pair = (one.pk, lot.contract_id)
        found = match(facts_of_published(one), facts[place])
        if found.proposed and pair not in rejected and (pair not in best or best[pair].match.score < found.score):
            best[pair] = Proposal(one, lot, found)
    highest: dict[int, int] = defaultdict(int)
    for row in best.values():
        highest[row.lot.contract_id] = max(highest[row.lot.contract_id], row.match.score)
    near = (row for row in best.values() if row.match.score >= highest[row.lot.contract_id] - NEAR_BEST)
    rows = sorted(near, key=lambda row: (-row.match.score, -row.published.pk, row.lot.pk))
    return Proposals(rows, len(lots), len(published), capped)


LIKE_A_NEED = 3
"""Published contracts shown beside a line of the plan, at most."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A published contract that looks like a line of the plan."""

    published: PublishedContract
    match: Match


def alike_need(actor: Actor, need: Need) -> list[Likeness]:
    """Awards that may be those of a line without a file, best first; none published before the year that the line was written. One query."""
    if need.contract_id is not None:
        return []
    facts = facts_of_need(need)
    found = _unfollowed(actor, [need.organisation.siret[:SIREN]]).filter(notified_on__gte=written_since(need))
    scored = [
        Likeness(one, match(facts_of_published(one), facts))
        for one in found.order_by("-notified_on", "-id")[:MOST_COMPARED]
    ]
    return nlargest(LIKE_A_NEED, (one for one in scored if one.match.proposed), key=lambda one: one.match.score)


@dataclass(frozen=True, slots=True)
class LineProposal:
    """A line of the plan without a file, and the published award that looks like it most."""

    need: Need
    published: PublishedContract
    match: Match


def line_proposals(actor: Actor) -> list[LineProposal]:
    """One for each line of the plan that has no file and an award like it, best first. Two queries, whatever there is."""
    waiting = (
        needs_visible_to(actor).filter(contract__isnull=True, gone_on__isnull=True).exclude(stage=Stage.DROPPED.value)
    )
    needs = list(waiting.select_related("organisation").defer("verdict").order_by("id"))
    if not needs:
        return []
    sirens = {need.organisation.siret[:SIREN] for need in needs}
    published = list(_unfollowed(actor, sirens).order_by("-notified_on", "-id")[:MOST_COMPARED])
    facts = [facts_of_need(need) for need in needs]
    best: dict[int, LineProposal] = {}
    for one, place in _alike(published, facts):
        found = match(facts_of_published(one), facts[place])
        if not found.proposed or one.notified_on is None or one.notified_on < written_since(needs[place]):
            continue
        if place not in best or best[place].match.score < found.score:
            best[place] = LineProposal(needs[place], one, found)
    return sorted(best.values(), key=lambda row: (-row.match.score, row.need.pk))


def decisions_visible_to(actor: Actor) -> QuerySet[MatchDecision]:
    return MatchDecision.objects.filter(contract__in=contracts_visible_to(actor))


def standing_decisions(actor: Actor) -> QuerySet[MatchDecision]:
    """Decisions that were not undone, the latest first."""
    found = decisions_visible_to(actor).filter(undone_at=None).select_related("published", "contract", "lot")
    return found.defer(*(f"published__{name}" for name in _HEAVY)).order_by("-decided_at", "-id")


def facts_of_published(one: PublishedContract) -> PublishedFacts:
    amount = None if one.amount_flag else one.current_amount
    holders = frozenset(holder["id"] for holder in one.holders if holder.get("id"))
    return PublishedFacts(one.buyer_siret, one.published_id, one.cpv, one.object, amount, one.notified_on, holders)


def facts_of_need(need: Need) -> FileFacts:
    amount = need.amount if need.amount_tax != Tax.INCLUDED.value else None
    return FileFacts(need.organisation.siret, need.reference, need.cpv, need.title, amount)


def written_since(need: Need) -> date:
    """No award before the year in which the line was written is its own."""
    return need.created_at.date().replace(month=1, day=1)


def facts_of_lot(lot: Lot) -> FileFacts:
    contract = lot.contract
    holders = frozenset(holder.organisation.siret for holder in lot.holders.all())
    amount = None if lot.amount_flag else lot.amount if lot.amount is not None else lot.initial_amount
    title = f"{contract.title} {lot.title}"
    return FileFacts(
        contract.buyer.siret, contract.reference, lot.cpv, title, amount, contract.consultation_on, contract.notified_on, holders
    )  # fmt: skip


def _unfollowed(actor: Actor, sirens: Iterable[str]) -> QuerySet[PublishedContract]:
    """Contracts of these buyers that are no lot of any file. A range of SIRET is read from the index."""
    of_buyers = Q(pk__in=[])
    for siren in sorted(sirens):
        of_buyers |= Q(buyer_siret__gte=siren, buyer_siret__lte=f"{siren}99999")
    tied = Lot.objects.filter(published_key=OuterRef("identity_key"))
    return published_visible_to(actor).filter(of_buyers, ~Exists(tied), kind=Kind.CONTRACT).defer(*_HEAVY)


def _alike(
    published: Sequence[PublishedContract], ours: Sequence[FileFacts]
) -> Iterable[tuple[PublishedContract, int]]:
    """Pairs of one buyer (a record, the place of ours) that share enough to be worth scoring, the likeliest of each of ours: thousands
    against hundreds stay quick.
    """
    by_trait: dict[str, list[int]] = defaultdict(list)
    for place, facts in enumerate(ours):
        for trait in _traits(facts):
            by_trait[trait].append(place)
    likely: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for rank, one in enumerate(published):
        shared: Counter[int] = Counter()
        for trait in _traits(facts_of_published(one)):
            for place in by_trait.get(trait, ()):
                shared[place] += REFERENCE_WORTH if trait.startswith("ref:") else 1
        for place, number in shared.items():
            if number >= SHARED_LEAST:
                likely[place].append((number, -rank))
    for place, found in likely.items():
        for _, rank in nlargest(MOST_SCORED, found):
            yield published[-rank], place


def _traits(facts: PublishedFacts | FileFacts) -> set[str]:
    siren = facts.buyer[:SIREN]
    reference = squeezed_reference(facts.reference)
    told = {f"{siren} {word}" for word in telling_words(facts.title)} | {f"{siren} {one}" for one in facts.holders}
    if facts.cpv:
        told.add(f"{siren} cpv {facts.cpv[:3]}")
    for start in {reference, reference[:6]} - {""}:
        told.add(f"ref:{siren} {start}")
    return told
