"""What an eligibility decision would be, before it is taken: its window, and what stands against it."""

from dataclasses import dataclass
from datetime import date

from levier.accounts.values import Actor
from levier.foundation.explanation import Explained, NoAnswer
from levier.foundation.objections import Objection
from levier.participants import policies
from levier.participants.buyer_windows import buyer_limit
from levier.participants.criteria import criterion as criterion_of
from levier.participants.models import EligibilityDecision, Person
from levier.participants.objections import objections_to_decision
from levier.participants.queries import family_of
from levier.participants.refusals import PersonRefusal, of_no_answer
from levier.participants.rules import proof, window, window_limit
from levier.participants.values import (
    ContractKind,
    DecisionFacts,
    DecisionProposal,
    EligibilityWindow,
    ProofAnswer,
    ProofFacts,
    WindowFacts,
)
from levier.reference.values import Catalogue, ReferenceValue


@dataclass(frozen=True, slots=True)
class Preview:
    """`window` is None when no day is left; nothing may be granted while there is an objection."""

    proof: Explained[ProofAnswer] | None
    window: Explained[EligibilityWindow] | None
    objections: tuple[Objection, ...]

    @property
    def rule_version(self) -> str:
        """The dated figures that the window rests on."""
        sources = self.window.sources if self.window else ()
        return " ".join(dict.fromkeys(source.version for source in sources if source.version))[:120]


def preview(actor: Actor, person: Person, proposal: DecisionProposal, catalogue: Catalogue, today: date) -> Preview:
    """The window a person would have, and why not, without writing anything."""
    try:
        criterion = criterion_of(proposal.criterion)
    except KeyError:
        return Preview(None, None, (Objection(PersonRefusal.UNKNOWN_CRITERION, "criterion"),))
    seen = ProofFacts(criterion, proposal.proof_date, proposal.expires_on, proposal.decision_date)
    own = buyer_limit(proposal.buyer_id, proposal.kind, proposal.hire_date)
    end = proposal.contract_end or _end_of_cdi(proposal, catalogue, own)
    if end is None:
        return Preview(proof(seen), None, (Objection(PersonRefusal.END_MISSING, "contract_end"),))
    try:
        days = window(WindowFacts(proposal.decision_date, proposal.kind, proposal.hire_date, end, own), catalogue)
    except NoAnswer as error:
        return Preview(proof(seen), None, (of_no_answer(error),))
    facts = DecisionFacts(
        proof=seen,
        valid_from=days.result.from_,
        valid_until=days.result.until,
        other_windows=tuple(
            EligibilityDecision.objects.filter(person_id__in=family_of(person), granted=True)
            .order_by("valid_from")
            .values_list("valid_from", "valid_until")
        ),
        own_territory=policies.may_decide(actor, territory_id=person.territory_id),
        today=today,
    )
    return Preview(proof(seen), days, objections_to_decision(facts))


def _end_of_cdi(proposal: DecisionProposal, catalogue: Catalogue, own: ReferenceValue | None) -> date | None:
    """A CDI has no end: it counts up to its own limit."""
    if proposal.kind is not ContractKind.CDI:
        return None
    limit = window_limit(proposal.kind, proposal.hire_date, catalogue, own)
    return limit[0] if limit else None
