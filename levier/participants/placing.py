"""What must be known before a placement is recorded: words that can be read, an employer, the facts for the rules."""

import re
from datetime import datetime

from levier.foundation.identifiers import siret_is_valid
from levier.foundation.objections import Objection
from levier.organisations.actions import make_known
from levier.organisations.models import Organisation
from levier.organisations.values import OrganisationKind, StructureKind
from levier.participants.identity import looks_like_nir
from levier.participants.models import EligibilityDecision, Person, Placement
from levier.participants.queries import family_of
from levier.participants.refusals import PersonRefusal, refuse
from levier.participants.values import PlacementFacts, PlacementProposal

_ROME = re.compile(r"[A-N][0-9]{4}")


def objections_to_words(proposal: PlacementProposal) -> tuple[Objection, ...]:
    found = []
    for field, text in (
        ("job_title", proposal.job_title),
        ("job_code", proposal.job_code),
        ("employer_name", proposal.employer_name),
        ("employer_siret", proposal.employer_siret),
    ):
        if looks_like_nir(text):
            found.append(Objection(PersonRefusal.LOOKS_LIKE_NIR, field))
    if found:
        return tuple(found)
    if not proposal.job_title.strip() or len(proposal.job_title) > 120:
        found.append(Objection(PersonRefusal.JOB_MISSING, "job_title"))
    if proposal.job_code.strip() and not _ROME.fullmatch(proposal.job_code.strip().upper()):
        found.append(Objection(PersonRefusal.JOB_CODE_WRONG, "job_code"))
    if not siret_is_valid(_compact(proposal.employer_siret)):
        facts = {"typed": proposal.employer_siret[:30]}
        found.append(Objection(PersonRefusal.SIRET_WRONG, "employer_siret", facts))
    return tuple(found)


def employer_of(proposal: PlacementProposal, now: datetime) -> Organisation:
    """The employer of that SIRET, made known if it is new and named."""
    siret = _compact(proposal.employer_siret)
    known = Organisation.objects.filter(siret=siret).first()
    structure = proposal.structure_kind if proposal.structure_kind in set(StructureKind) else ""
    if known is None and not proposal.employer_name.strip():
        raise refuse(Objection(PersonRefusal.EMPLOYER_NAME_MISSING, "employer_name"))
    kind = OrganisationKind.INCLUSIVE_STRUCTURE if structure else OrganisationKind.COMPANY
    employer = make_known(siret=siret, name=proposal.employer_name, kind=kind, now=now)
    if structure and not employer.structure_kind:
        employer.structure_kind = structure
        employer.save(update_fields=["structure_kind"])
    return employer


def placement_facts(
    person: Person, employer: Organisation, decision: EligibilityDecision | None, proposal: PlacementProposal
) -> PlacementFacts:
    return PlacementFacts(
        starts_on=proposal.starts_on,
        ends_on=proposal.ends_on,
        contract_kind=proposal.contract_kind,
        modality=proposal.modality,
        structure_kind=employer.structure_kind,
        weekly_hours=proposal.weekly_hours,
        window=(decision.decided_on, decision.valid_from, decision.valid_until) if decision else None,
        already_employed=proposal.already_employed,
        same_employer_spans=tuple(
            Placement.objects.filter(person_id__in=family_of(person), employer=employer).values_list(
                "starts_on", "ends_on"
            )
        ),
    )


def _compact(siret: str) -> str:
    return re.sub(r"[\s\u00a0\u202f]", "", siret)
