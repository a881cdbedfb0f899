"""Expected hours at a date, hours about to be lost, alerts and weather of a commitment. Plain Python; domain.md section 5.5."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from levier.following.values import Alert, AlertFacts, AlertKind, Expected, Outlook, Owed, Pace, Thresholds, Weather
from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, Source, Step
from levier.foundation.periods import elapsed_share
from levier.foundation.quantities import half_up, hundredths
from levier.reference.values import Catalogue

EXPECTED = Source(
    "Heures attendues à une date = heures dues × durée écoulée ÷ durée totale, ou × montant facturé ÷ montant du lot",
    "CCAP 21_BAM_048 (consommation linéaire) ; référence métier, section 5.5 ; arrêts de chantier ôtés : choix de Levier",
    Confidence.CONFIRMED,
    "following.expected/1",
)
LOST = Source(
    "Heures qui vont manquer = attendues à l’horizon − acceptées aujourd’hui − ce que donne le rythme des derniers mois",
    "Choix de conception de Levier, à confirmer par le Département",
    Confidence.DESIGN,
    "following.outlook/1",
)
ALERTS = Source(
    "Six alertes de suivi, chacune avec son seuil daté",
    "Référence métier, section 5.5 [D]",
    Confidence.DESIGN,
    "following.alerts/1",
)
_ZERO = Decimal("0.00")


def thresholds(catalogue: Catalogue, day: date) -> Thresholds:
    """The parameters in force that day."""

    def value(name: str) -> Decimal:
        return catalogue.at(f"following.{name}", day).value

    return Thresholds(
        late_points=value("alert.late_points"),
        nobody_share=value("alert.nobody_share"),
        end_days=int(value("alert.end_days")),
        window_days=int(value("alert.window_days")),
        horizon_days=int(value("horizon_days")),
        cloud=value("weather.cloud"),
        rain=value("weather.rain"),
        storm=value("weather.storm"),
    )


def days_elapsed(owed: Owed, day: date) -> tuple[int, int]:
    """(days elapsed, days in all) on the evening of `day`. Days on which works were stopped do not elapse: the time of the contract is
    longer by as much. On its last day everything is owed all the same, as long as nobody moved that day.
    """
    elapsed, total = elapsed_share(owed.starts_on, owed.ends_on, day)
    return (elapsed if day >= owed.ends_on else elapsed - stopped_days(owed, day)), total


def stopped_days(owed: Owed, day: date) -> int:
    """Days of the commitment, up to `day`, on which works were stopped; a day of two stops counts once."""
    count, after, last_day = 0, owed.starts_on, min(day, owed.ends_on)
    for first, last in sorted(owed.stops, key=lambda stop: stop[0]):
        start, end = max(first, after), min(last or last_day, last_day)
        if start <= end:
            count += (end - start).days + 1
            after = end + timedelta(days=1)
    return count


def way_done(owed: Owed, day: date) -> Fraction:
    """Share of the way that should be behind on the evening of `day`: what is invoiced where it is known, else the days elapsed."""
    if owed.paid_share is not None:
        return min(Fraction(1), Fraction(owed.paid_share))
    return Fraction(*days_elapsed(owed, day))


def expected_hours(owed: Owed, day: date) -> Decimal:
    """Hours that should be done on the evening of `day`, waivers taken off first; rounded once, half up, to the hundredth."""
    return half_up(Fraction(owed.hours) * way_done(owed, day), 2)


def is_late(owed: Owed, declared: Decimal, late_points: Decimal, day: date) -> bool:
    """Whether what is declared is that far under what is expected, while the commitment runs; once it is over, whether any is missing."""
    if owed.hours <= 0:
        return False
    if day > owed.ends_on:
        return declared < owed.hours
    return Fraction(declared) / Fraction(owed.hours) < way_done(owed, day) - Fraction(late_points)


def expected(owed: Owed, day: date) -> Explained[Expected]:
    """The same, explained."""
    share, hours = way_done(owed, day), expected_hours(owed, day)
    if owed.paid_share is not None:
        how = f"{french.percent(half_up(share, 4))} du montant du lot est facturé"
    else:
        elapsed, total = days_elapsed(owed, day)
        how = f"{french.plural(elapsed, 'jour écoulé', 'jours écoulés')} sur {french.number(total)}"
        if day < owed.ends_on and (stopped := stopped_days(owed, day)):
            how += f", {french.plural(stopped, 'jour')} d’arrêt du chantier non comptés"
    penalised = f" − {french.hours(owed.penalised)} pénalisées" if owed.penalised else ""
    steps = (
        Step(
            f"Heures à faire{french.HARD}: {french.hours(owed.due)} dues − {french.hours(owed.waived)} dispensées{penalised} = {french.hours(owed.hours)}.",
            str(owed.hours),
        ),
        Step(f"Au {french.day(day)}, {how}{french.HARD}: {french.hours(hours)} attendues.", str(hours)),
    )
    return Explained(Expected(hours, half_up(share, 4), owed.paid_share is not None), steps, (EXPECTED,))


def outlook(owed: Owed, accepted: Decimal, pace: Pace, today: date, horizon_days: int) -> Outlook:
    """What will be missing at the horizon (or at the end when it comes first) if everybody goes on as they do.

    Only what is accepted counts as done: hours that nobody accepts are lost. Never below zero, never more than what is still owed.
    """
    outstanding = hundredths(max(_ZERO, owed.hours - accepted))
    if today > owed.ends_on:
        return Outlook(owed.ends_on, hundredths(owed.hours), accepted, _ZERO, outstanding)
    last = min(owed.ends_on, today + timedelta(days=horizon_days))
    elapsed, total = days_elapsed(owed, last)
    then = half_up(Fraction(owed.hours) * elapsed / total, 2)
    coming = half_up(Fraction(pace.hours) * (last - today).days / pace.days, 2) if pace.days else _ZERO
    return Outlook(last, then, accepted, coming, min(outstanding, max(_ZERO, then - accepted - coming)))


def outlook_sentence(found: Outlook, today: date, places: int | None = 0) -> str:
    """Why it stands at its rank, in one sentence; hours to the unit, or as they are where `places` is None."""

    def said(hours: Decimal) -> str:
        return french.hours(hours if places is None else half_up(hours, places))

    if found.by_day < today:
        return french.typeset(
            f"Terminé le {french.day(found.by_day)} : {said(found.expected)} étaient dues, {said(found.done)} sont acceptées, "
            f"{said(found.lost)} manquent."
        )
    end = f"{said(found.lost)} vont manquer si rien ne change." if found.lost else "le rythme suffit."
    return french.typeset(
        f"Au {french.day(found.by_day)}, selon la durée, {said(found.expected)} devraient être acceptées ; {said(found.done)} le sont et "
        f"{said(found.coming)} viendront au rythme des derniers mois : {end}"
    )


def explained_outlook(
    owed: Owed, accepted: Decimal, pace: Pace, today: date, catalogue: Catalogue
) -> Explained[Outlook]:
    horizon = catalogue.at("following.horizon_days", today)
    found = outlook(owed, accepted, pace, today, int(horizon.value))
    return Explained(
        found, (Step(outlook_sentence(found, today, None), str(found.lost)),), (LOST, EXPECTED, horizon.as_source())
    )


def alerts(facts: AlertFacts, limits: Thresholds, today: date) -> tuple[Alert, ...]:
    """All that must be said today, the most urgent first. Nothing is said of a commitment that owes nothing more."""
    outstanding = max(_ZERO, facts.owed.hours - facts.accepted)
    if not outstanding:
        return ()
    return tuple(
        Alert(kind, french.typeset(sentence), since)
        for kind, sentence, since in (
            *_about_time(facts, limits, outstanding, today),
            *_about_statements(facts, today),
            *_about_people(facts, limits, today),
        )
    )


type _Told = Iterable[tuple[AlertKind, str, date | None]]


def _about_time(facts: AlertFacts, limits: Thresholds, outstanding: Decimal, today: date) -> _Told:
    owed = facts.owed
    left = (owed.ends_on - today).days
    if 0 <= left < limits.end_days:
        sentence = f"Fin dans {french.plural(left, 'jour')} et {french.hours(outstanding)} encore dues : l’entreprise et le facilitateur décident cette semaine qui travaille."
        yield AlertKind.END_NEAR, sentence, owed.ends_on - timedelta(days=limits.end_days - 1)
    if today > owed.ends_on or not owed.hours:
        return
    done = Fraction(facts.accepted + facts.pending) / Fraction(owed.hours)
    way = way_done(owed, today)
    if is_late(owed, facts.accepted + facts.pending, limits.late_points, today):
        means = "du montant facturé" if owed.paid_share is not None else "de la durée écoulée"
        sentence = (
            f"{french.percent(half_up(done, 4))} des heures faites pour {french.percent(half_up(way, 4))} {means} : "
            "l’entreprise dit au facilitateur comment elle rattrape."
        )
        yield AlertKind.LATE, sentence, None


def _about_statements(facts: AlertFacts, today: date) -> _Told:
    if facts.overdue_since is not None and facts.overdue_since < today:
        late = french.plural(facts.overdue_months, "relevé")
        yield (
            AlertKind.OVERDUE,
            f"{late} en retard depuis le {french.day(facts.overdue_since)} : l’entreprise déclare.",
            facts.overdue_since,
        )


def _about_people(facts: AlertFacts, limits: Thresholds, today: date) -> _Told:
    owed, people = facts.owed, facts.people
    elapsed, total = days_elapsed(owed, today)
    if not people.assigned and Fraction(elapsed, total) >= Fraction(limits.nobody_share):
        quarter = owed.starts_on + timedelta(days=max(0, ceil(Fraction(limits.nobody_share) * total) - 1))
        sentence = (
            f"Personne n’est validé à {french.percent(half_up(Fraction(elapsed, total), 4))} de la durée : "
            "le facilitateur propose des candidats, l’entreprise choisit."
        )
        yield AlertKind.NOBODY, sentence, min(quarter, today)
    if people.expired:
        who = french.plural(people.expired, "personne travaille", "personnes travaillent")
        sentence = f"{who} sans justificatif en cours de validité : le facilitateur réexamine la situation avant la prochaine heure."
        yield AlertKind.EXPIRED, sentence, people.expired_since
    if people.ending and people.next_end is not None:
        whose = french.plural(people.ending, "période d’éligibilité se termine", "périodes d’éligibilité se terminent")
        sentence = f"{whose}, la première le {french.day(people.next_end)} : le facilitateur et l’entreprise préparent la suite."
        yield AlertKind.WINDOW, sentence, people.next_end - timedelta(days=limits.window_days)


def weather(lost: Decimal, owed: Decimal, alerted: int, limits: Thresholds, *, ended: bool) -> Weather:
    """From the share of the hours owed that is about to be lost; an alert is never under a better sky than clouds."""
    if ended and lost:
        return Weather.STORM
    share = Fraction(lost) / Fraction(owed) if owed else Fraction(0)
    if share >= limits.storm:
        return Weather.STORM
    if share >= limits.rain:
        return Weather.RAIN
    if share >= limits.cloud or alerted:
        return Weather.CLOUD
    return Weather.BRIGHT if lost else Weather.SUN
