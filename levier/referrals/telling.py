"""Messages of a referral: to whoever owes the next step when it begins and when it is late, to the referrer when it ends and when one
knows what became of the person.

No participant is named and no reason is given: the message says where to look, after signing in.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q

from levier.accounts.models import Membership, User
from levier.accounts.queries import OPENS, in_force
from levier.accounts.values import Role
from levier.foundation import french
from levier.foundation.periods import civil_date
from levier.notifications.actions import queue
from levier.notifications.writing import SIGNATURE, who_to_call
from levier.reference.values import Catalogue
from levier.referrals import rules
from levier.referrals.models import Referral
from levier.referrals.queries import answered_since, due_of, waiting_referrals
from levier.referrals.values import LIVE, OWNERS, Party, ReferralState
from levier.territories.queries import contact_of

NEWS, DO = (
    {
        ReferralState.PROPOSED: "une personne est proposée",
        ReferralState.TO_MEET: "une rencontre est prévue",
        ReferralState.RETAINED: "une personne est retenue",
    },
    {
        ReferralState.PROPOSED: "dites si vous la rencontrez",
        ReferralState.TO_MEET: "dites, après la rencontre, si vous embauchez la personne",
        ReferralState.RETAINED: "validez l’éligibilité de la personne, puis sa mise à l’emploi",
    },
)
"""What happened, and what the owner of the step does."""
LEVELS = ("first", "second", "third")
LOOK_BACK = timedelta(days=30)
"""An answer is told for that long after it was given, in case the daily run did not take place; once in all."""


def tell_step(referral: Referral, *, catalogue: Catalogue, now: datetime) -> None:
    """To the owner of the step that begins; at an end, and at a placement, to whoever proposed the person."""
    state, today = ReferralState(referral.state), civil_date(now)
    stamp = f"{referral.state}:{referral.state_since:%Y%m%d%H%M%S%f}"
    if state in LIVE:
        due = due_of(referral, catalogue)
        until = f"D’ici au {french.day(due)}, {DO[state]}" if due else DO[state].capitalize()
        for user in _owners(referral, today):
            _write(user, referral, f"step:{stamp}", NEWS[state], [f"{until}."], now, acts=True)
    else:
        _write(referral.referrer, referral, f"told:{stamp}", *_ending(state), now)


def remind_late(*, now: datetime, catalogue: Catalogue) -> int:
    """Write the reminders of the day for steps whose promised day is over; one a level, so that running again adds nothing.

    A step that was taken is no longer waiting: nothing more is written about it.
    """
    today = civil_date(now)
    days = [int(catalogue.at(f"hours.reminder.{level}", today).value) for level in LEVELS]
    written = 0
    for referral in waiting_referrals():
        late = rules.days_late(due_of(referral, catalogue), today)
        level = sum(late >= day for day in days)
        if not level:
            continue
        state = ReferralState(referral.state)
        key = f"late:{level}:{referral.state}:{referral.state_since:%Y%m%d%H%M%S%f}"
        waits = f"Cette étape attend depuis {french.plural(late, 'jour')}."
        for user in _owners(referral, today):
            words = [f"{DO[state].capitalize()}.", waits]
            written += _write(user, referral, key, f"rappel, {NEWS[state]}", words, now, acts=True)
        if level == len(LEVELS):
            whose = referral.position.commitment.holder.name if OWNERS[state] is Party.COMPANY else "le facilitateur"
            words = [f"Deux rappels sont restés sans réponse : appelez {whose}.", waits]
            for user in _above(referral, today):
                written += _write(user, referral, key, f"sans réponse, {NEWS[state]}", words, now, acts=True)
    return written


def tell_news(*, now: datetime) -> int:
    """Tell whoever proposed a person that what became of that person is known; once for each answer."""
    words = ["On sait ce qu’est devenue une personne que vous avez proposée."]
    answered = answered_since(now - LOOK_BACK)
    return sum(
        _write(referral.referrer, referral, f"news:{step}", "des nouvelles d’une personne", words, now)
        for referral, step in answered
    )


def _ending(state: ReferralState) -> tuple[str, list[str]]:
    if state is ReferralState.PLACED:
        return "la personne est à l’emploi", ["La personne que vous avez proposée est à l’emploi."]
    return "la candidature est terminée", ["La candidature que vous suivez est terminée : le motif est dans Levier."]


def _owners(referral: Referral, today: date) -> list[User]:
    owner, position = OWNERS[ReferralState(referral.state)], referral.position
    if owner is Party.COMPANY:
        who = Q(role=Role.COMPANY.value, organisation_id=position.commitment.holder_id)
    else:
        who = Q(role=Role.FACILITATOR.value, territory_id=position.territory_id)
    return _members(who, today)


def _above(referral: Referral, today: date) -> list[User]:
    """Whoever can call: the facilitator where the company is late, the mission where the facilitator is."""
    if OWNERS[ReferralState(referral.state)] is Party.COMPANY:
        return _members(Q(role=Role.FACILITATOR.value, territory_id=referral.position.territory_id), today)
    return _members(Q(role=Role.MISSION.value), today)


def _members(who: Q, today: date) -> list[User]:
    """Those whom the page that the message leads to lets in."""
    found: Iterable[Membership] = Membership.objects.filter(
        who, in_force(today), OPENS, user__is_active=True
    ).select_related("user")
    return list(dict.fromkeys(one.user for one in found))


def _write(
    user: User, referral: Referral, key: str, news: str, words: Sequence[str], now: datetime, *, acts: bool = False
) -> bool:
    """`acts`: the reader has something to do, and is told whom to call; else the message only tells."""
    position = referral.position
    named = contact_of(position.territory.number, civil_date(now))
    themselves = named and {named.email.casefold(), named.person.casefold()} & {
        user.email.casefold(),
        user.full_name.casefold(),
    }
    call, answers = who_to_call([None if themselves else named])
    return queue(
        dedupe_key=f"referral:{referral.public_id}:{key}:{user.public_id}",
        kind="referral",
        to=user.email,
        subject=french.typeset(f"Poste « {position.job_title} » : {news}"),
        body=french.typeset(
            "\n".join(
                [
                    f"Bonjour {user.full_name},",
                    "",
                    f"Poste « {position.job_title} », {position.commitment.holder.name}, à partir du {french.day(position.starts_on)}.",
                    *words,
                    "",
                    "Ouvrir cette candidature :" if acts else "Lire la suite :",
                    f"{settings.PUBLIC_ADDRESS}/postes/candidatures/{referral.public_id}/",
                    "",
                    *call,
                    *(["Aucun rappel ne part une fois l’étape faite."] if acts else []),
                    SIGNATURE,
                ]
            )
        ),
        reply_to=answers,
        now=now,
    )
