"""What is done before a tender is published: choose its condition, set a duty aside, publish; and record a reserved award."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from levier.accounts.values import Actor
from levier.audit.actions import record
from levier.foundation import french
from levier.foundation.explanation import NoAnswer
from levier.foundation.identifiers import siret_is_valid
from levier.foundation.objections import NotForYou, Objection
from levier.organisations.actions import make_known
from levier.organisations.models import Organisation
from levier.organisations.values import OrganisationKind
from levier.planning.following import notice_awarded
from levier.planning.models import EssAward, Need, ObligationWaiver, TenderCondition, TenderPublication
from levier.planning.policies import may_prepare
from levier.planning.stages import Stage
from levier.planning.tender_labels import refuse
from levier.planning.tender_queries import TenderState, tender_state
from levier.planning.tendering import TenderRefusal, WaiverScope, nearest_award, objections_to_waiver
from levier.planning.values import Instrument
from levier.procurement.models import Contract, Screening
from levier.procurement.opportunities import ess_reservation
from levier.procurement.queries import contracts_visible_to
from levier.procurement.rules import obligations
from levier.procurement.values import BuyerLevel, ContractObject, ScreeningFacts, WaiverGround
from levier.reference.values import Catalogue


def _locked(actor: Actor, contract_id: str) -> Contract:
    found = contracts_visible_to(actor).select_for_update(of=("self",)).filter(public_id=contract_id).first()
    if found is None or not may_prepare(actor, buyer_id=found.buyer_id):
        raise NotForYou
    return found


@transaction.atomic
def choose_condition(
    *, actor: Actor, contract_id: str, instrument: Instrument, note: str, now: datetime
) -> TenderCondition:
    """Say what the tender will ask for. A later choice replaces it; both stay on file."""
    contract = _locked(actor, contract_id)
    _not_published(tender_state(contract))
    if instrument is Instrument.NONE:
        raise refuse(Objection(TenderRefusal.INSTRUMENT, "instrument"))
    made = TenderCondition.objects.create(
        contract=contract,
        instrument=instrument.value,
        note=" ".join(note.split())[:400],
        at=now,
        decided_by_label=actor.label,
    )
    _journal(actor, contract, "tender.condition", {"instrument": instrument.value}, now)
    return made


@transaction.atomic
def waive_obligation(
    *, actor: Actor, contract_id: str, scope: WaiverScope, ground: WaiverGround | None, reason: str, now: datetime
) -> ObligationWaiver:
    """Set a duty aside, with its ground and its reason on file for good. Raise Refusal with the article."""
    contract = _locked(actor, contract_id)
    state = tender_state(contract)
    _not_published(state)
    reason = " ".join(reason.split())[:1000]
    objections = objections_to_waiver(state.facts, scope, ground, reason, state.waivable)
    if objections or ground is None:
        raise refuse(*objections)
    made = ObligationWaiver.objects.create(
        contract=contract,
        scope=scope.value,
        ground=ground.value,
        reason=reason,
        versions=state.screening.versions if state.screening else [],
        at=now,
        decided_by_label=actor.label,
    )
    _journal(actor, contract, "tender.waived", {"scope": scope.value, "ground": ground.value}, now)
    return made


@transaction.atomic
def publish_tender(
    *, actor: Actor, contract_id: str, on: date, catalogue: Catalogue, now: datetime
) -> TenderPublication:
    """Record the publication. Refused, with the article, while the law asks for a condition that is neither chosen nor waived."""
    contract = _locked(actor, contract_id)
    state = tender_state(contract)
    if state.held is not None:
        raise refuse(state.held)
    assert state.screening is not None
    _still_true(state.screening, on, catalogue)
    made = TenderPublication.objects.create(contract=contract, published_on=on, at=now, by_label=actor.label)
    contract.consultation_on = on
    contract.save(update_fields=["consultation_on"])
    Need.objects.filter(contract=contract).update(
        stage=Stage.PUBLISHED.value, changed_at=now, changed_by_label=actor.label
    )
    _journal(actor, contract, "tender.published", {"on": on.isoformat()}, now)
    return made


def _still_true(screening: Screening, on: date, catalogue: Catalogue) -> None:
    """The thresholds and the duty are those of the day of the consultation: a screening made for another day is asked again."""
    kept = screening.inputs
    facts = screening_facts(screening, on)
    try:
        statutory = obligations(facts, catalogue).result.statutory
    except NoAnswer as none:
        raise refuse(Objection(TenderRefusal.NO_ANSWER, "on", {"message": str(none)})) from none
    if statutory and not screening.statutory:
        raise refuse(
            Objection(
                TenderRefusal.SCREENED_OTHERWISE,
                "on",
                {"screened": french.day(date.fromisoformat(kept["consultation_date"]))},
            )
        )


def screening_facts(screening: Screening, on: date) -> ScreeningFacts:
    """What was screened, for another day."""
    kept = screening.inputs
    return ScreeningFacts(
        object=ContractObject(kept["object"]),
        estimate=Decimal(kept["estimate"]),
        consultation_date=on,
        duration_months=int(kept["duration_months"]),
        buyer=BuyerLevel(kept["buyer"]),
        service=kept.get("service", ""),
    )


@transaction.atomic
def record_ess_award(
    *,
    actor: Actor,
    contract_id: str,
    siret: str,
    name: str,
    awarded_on: date,
    duration_months: int,
    catalogue: Catalogue,
    now: datetime,
) -> EssAward:
    """Record that a contract reserved to the social economy goes to this firm. Refused, with L2113-16, when it lasts more than three
    years, or when this buyer awarded the same firm another one within three years, before or after.
    """
    contract = _locked(actor, contract_id)
    siret = "".join(siret.split())
    objections = []
    if not siret_is_valid(siret):
        objections.append(Objection(TenderRefusal.SIRET, "siret"))
    if not 1 <= duration_months <= 600:
        objections.append(Objection(TenderRefusal.DURATION, "duration_months"))
    if objections:
        raise refuse(*objections)
    Organisation.objects.select_for_update().get(pk=contract.buyer_id)  # two awards at once would not see each other
    others = EssAward.objects.filter(buyer_id=contract.buyer_id, siren=siret[:9])
    if others.filter(contract=contract).exists():
        raise refuse(Objection(TenderRefusal.RECORDED, "siret"))
    elapsed = nearest_award(awarded_on, others.values_list("awarded_on", flat=True))
    verdict = ess_reservation(duration_months, elapsed, catalogue, awarded_on).result
    if not verdict.accepted:
        fields = {"months_since_last_award": "siret"}
        raise refuse(
            *(
                Objection(TenderRefusal(one.code), fields.get(one.field, one.field), one.facts)
                for one in verdict.objections
            )
        )
    holder = make_known(siret=siret, name=name, kind=OrganisationKind.COMPANY, now=now)
    try:
        with transaction.atomic():
            made = EssAward.objects.create(
                contract=contract, buyer_id=contract.buyer_id, holder=holder, siren=siret[:9], awarded_on=awarded_on,
                duration_months=duration_months, at=now, by_label=actor.label,
            )  # fmt: skip
    except IntegrityError as error:
        raise refuse(Objection(TenderRefusal.RECORDED, "siret")) from error
    notice_awarded(contract.pk, by=actor.label, now=now)
    _journal(actor, contract, "tender.ess_award", {"siren": siret[:9], "awarded_on": awarded_on.isoformat()}, now)
    return made


def _not_published(state: TenderState) -> None:
    if state.facts.published_on is not None:
        raise refuse(Objection(TenderRefusal.PUBLISHED, "", {"on": french.day(state.facts.published_on)}))


def _journal(actor: Actor, contract: Contract, action: str, facts: dict[str, object], now: datetime) -> None:
    record(
        actor=actor,
        action=action,
        object_kind="contract",
        object_id=contract.public_id,
        thread=contract.public_id,
        facts=facts,
        now=now,
    )
