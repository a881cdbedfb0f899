"""Builds the whole demonstration: accounts, published contracts, then a year and more of clauses, through the real actions."""

import json
import os
import random
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from itertools import chain, groupby, islice
from pathlib import Path

from django.db import transaction

from levier.accounts.models import User
from levier.compliance.reminding import queue_reminders
from levier.demonstration import casting, lives, records
from levier.demonstration.accounts import make_accounts
from levier.demonstration.awards import publish_amendments
from levier.demonstration.companies import welcome
from levier.demonstration.controls import make_controls
from levier.demonstration.dues import move_dues
from levier.demonstration.following import follow
from levier.demonstration.hands import several
from levier.demonstration.hours_table import make_hours_tables
from levier.demonstration.people import make_people_speak
from levier.demonstration.plan import make_plan
from levier.demonstration.positions import make_positions
from levier.demonstration.site import make_site_calendar, type_for_a_small_firm
from levier.demonstration.supply import make_structures
from levier.demonstration.training import check_an_entry, train_somebody
from levier.foundation.periods import civil_date
from levier.open_data.actions import import_file
from levier.open_data.models import PublishedContract
from levier.reference.queries import catalogue

COMMITMENTS = 100
ENTERED = 6
"""Contracts taken up for one that is followed to its end; more than there are in the whole demonstration."""
SMALLEST = 60_000
"""Euros: below, a lot seldom carries hours enough for a commitment."""


def build(
    *, now: datetime, commitments: int = COMMITMENTS, processes: int | None = None, say: Callable[[str], None] = print
) -> bool:
    """Make the world; False where one was begun already. `say` receives a French line as each part is done.

    `processes`, as many as the machine has by default, share the longest part, so that this is several transactions: who calls it on a
    base that must not be left half made notes it before and after. One process writes within the caller's transaction.
    """
    if User.objects.exists():
        return False
    today = civil_date(now)
    lives.forget()
    with transaction.atomic():
        make_accounts(today=today, now=now)
        _publish(now)
        who = casting.cast(catalogue(), today, random.Random(records.SEED))  # noqa: S311 - a demonstration
        say("comptes, organisations et marchés publiés")
    with several(processes or os.cpu_count() or 1) as hands:
        entered = hands.begin(lives.enter, _notices(today, ENTERED * commitments))
        with transaction.atomic():
            say(f"{make_structures(mission=who.mission, now=now)} structures inclusives")
            say(f"{make_plan(mission=who.mission, today=today, now=now)} achats programmés")
        begun = lives.ahead(who, list(islice(chain.from_iterable(entered), commitments)))
        say(f"{len(begun)} engagements d’heures")
        lived = hands.begin(lives.live, begun)
        finished = [one for one in lived if one is not None]
        say("leurs personnes et leurs mois")
        papers = hands.begin(lives.set_paper, lives.certify(who, finished))
        _go_on(replace(who, persons=casting.persons(len(begun) * lives.MOST_PEOPLE)), now, say)
        say(f"{len(list(papers))} attestations scellées")
    return True


@transaction.atomic
def _go_on(who: casting.Cast, now: datetime, say: Callable[[str], None]) -> None:
    """What rests on the months: dues that move, positions, controls, companies, tables, answers, reminders."""
    move_dues(who, now=now)
    say(f"{make_positions(who)} postes ouverts et leurs candidatures")
    say(f"{make_controls(who)} contrôles et dossiers")
    say(f"{welcome(who, now=now)} entreprises accueillies")
    tables = make_hours_tables(list(who.companies.values())[:6], today=who.today, now=now)
    say(f"{tables} tableaux d’heures déposés")
    say(f"{make_people_speak(who, now=now)} personnes ont répondu sur leurs heures")
    say(f"{make_site_calendar(who)} lignes au calendrier d’un chantier")
    type_for_a_small_firm(who, now=now)
    train_somebody(who)
    check_an_entry(who)
    publish_amendments(now)
    queue_reminders(now=now, catalogue=who.catalogue)
    follow(who.mission, now=now)


def _publish(now: datetime) -> None:
    day = civil_date(now)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demonstration.json"
        path.write_text(json.dumps({"marches": {"marche": records.records(day)}}), encoding="utf-8")
        import_file(path=path, now=now)


def _notices(today: date, most: int) -> list[list[lives.Notice]]:
    """The contracts that may bear a clause, oldest first; the lots of one together, since one follows from another."""
    found = PublishedContract.objects.filter(
        current_amount__gte=SMALLEST, amount_flag="", notified_on__isnull=False
    ).order_by("notified_on", "published_id", "id")
    ranked = enumerate(found.values_list("pk", "published_id")[:most])
    return [
        [lives.Notice(key, rank % 20, today) for rank, (key, _) in lots]
        for _, lots in groupby(ranked, key=lambda one: one[1][1])
    ]
