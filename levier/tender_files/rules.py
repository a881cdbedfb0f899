"""A file's text in, what it says out. Plain rules over sentences: no model, nothing learnt, nothing taken from file names."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from levier.tender_files import details
from levier.tender_files.articles import articles_of
from levier.tender_files.clause import Verdict, decide, signs_of
from levier.tender_files.criteria import as_criteria, criteria_of, social_of
from levier.tender_files.gaps import contradictions_of, missing_of
from levier.tender_files.hours import hours_of
from levier.tender_files.penalties import penalties_of
from levier.tender_files.reservation import reservation_of
from levier.tender_files.sentences import Stated, sentences_of
from levier.tender_files.values import Reading, Scope, Sentence, Text

_MOST_BLIND = 5
"""One page in that many being an image is too many to conclude that something is absent."""


def read_text(file: str, text: Text) -> Reading:
    """What one file says."""
    sentences = sentences_of(text)
    kind = details.kind_of(sentences)
    signs = signs_of(sentences)
    clause = details.in_clause(sentences)
    hours = hours_of(sentences, objects=bool(signs.objects))
    verdict = decide(signs, kind, tuple(stated for _, stated in hours[:3]))
    if verdict.answer is False:
        hours = []
    penalties = penalties_of(sentences) if verdict.answer is not False else []
    articles = articles_of(sentences)
    reservation, reserved = reservation_of(sentences)
    criteria = criteria_of(sentences)
    criterion, judged = social_of(criteria, sentences)
    if verdict.answer is False and verdict.scope is Scope.NONE and not verdict.support and criterion is not None:
        verdict = Verdict(Scope.CRITERION, tuple(judged[:1]))
    reading = Reading(
        file=file, kind=kind, reference=details.reference_of(sentences), pages=text.pages, blind_pages=text.blind_pages,
        has_insertion_clause=verdict.answer, has_social_condition=verdict.social, scope=verdict.scope,
        hours=tuple(one for one, _ in hours), articles=tuple(name for name, _ in articles), penalties=tuple(one for one, _ in penalties),
        reservation=reservation, social_criterion=criterion, award_criteria=as_criteria(criteria),
    )  # fmt: skip
    support = [
        *_said("has_insertion_clause", verdict.support), *_said("hours", (stated for _, stated in hours)),
        *_said("articles", (stated for _, stated in articles)), *_said("penalties", (stated for _, stated in penalties)),
        *_said("reservation", reserved[:4]), *_said("social_criterion", judged),
    ]  # fmt: skip
    reading, more = _with_details(reading, clause, sentences)
    support += more
    told = contradictions_of(reading, sentences, clause, criteria, opposed=verdict.support if verdict.opposed else ())
    support += _said("contradictions", (stated for _, where in told for stated in where))
    reading = replace(
        reading,
        missing=missing_of(reading, clause, sentences),
        contradictions=tuple(sentence for sentence, _ in told),
        sentences=tuple(dict.fromkeys(support)),
    )
    return _with_blind_pages(reading)


def _said(field: str, stated: Iterable[Stated]) -> list[Sentence]:
    return list(dict.fromkeys(Sentence(field, one.text, one.page) for one in stated))


def _with_details(
    reading: Reading, clause: Sequence[Stated], sentences: Sequence[Stated]
) -> tuple[Reading, list[Sentence]]:
    """Publics, ways, facilitator, control, proofs, pooling: of a clause that is there."""
    if reading.has_insertion_clause is not True:
        return reading, []
    publics, of_publics = details.publics_of(clause)
    modalities, of_modalities = details.modalities_of(clause)
    proofs, of_proofs = details.proofs_of(clause)
    control, of_control = details.control_of(clause)
    facilitator, of_facilitator = details.facilitator_of(clause, sentences)
    pooling = details.pooling_of(clause)
    told = [
        *_said("publics", of_publics), *_said("modalities", of_modalities), *_said("facilitator", of_facilitator),
        *_said("control_dates", of_control), *_said("proofs", of_proofs), *_said("pooling", pooling),
    ]  # fmt: skip
    found = replace(
        reading,
        publics=publics,
        modalities=modalities,
        proofs=proofs,
        control_dates=control,
        facilitator=facilitator,
        pooling=bool(pooling),
    )
    return found, told


def _with_blind_pages(reading: Reading) -> Reading:
    """Where many pages are images, "absent" becomes "cannot be decided"."""
    if (
        reading.has_insertion_clause is not False
        or len(reading.blind_pages) * _MOST_BLIND < (reading.pages or 0)
        or not reading.blind_pages
    ):
        return reading
    return replace(reading, has_insertion_clause=None, has_social_condition=None, scope=Scope.UNDECIDED)
