"""Builds the whole demonstration: accounts, published contracts, then a year and more of clauses, through the real actions."""

import json
import random
import tempfile
from collections.abc import Callable
from datetime import datetime
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
from levier.demonstration.hours_table import make_hours_tables
from levier.demonstration.people import make_people_speak
from levier.demonstration.plan import make_plan
from levier.demonstration.positions import make_positions
from levier.demonstration.site import make_site_calendar, type_for_a_small_firm
from levier.demonstration.supply import make_structures
from levier.foundation.periods import civil_date
from levier.open_data.actions import import_file
from levier.open_data.models import PublishedContract
from levier.open_data.take_up import take_up
from levier.procurement.models import Contract
from levier.reference.queries import catalogue

COMMITMENTS = 100
SMALLEST = 60_000
"""Euros: below, a lot seldom carries hours enough for a commitment."""


def build(*, now: datetime, commitments: int = COMMITMENTS, say: Callable[[str], None] = print) -> bool:
    """Make the world, all or nothing; False where it already stands. `say` receives a French line as each part is done."""
    if User.objects.exists():
        return False
    today = civil_date(now)
    with transaction.atomic():
        make_accounts(today=today, now=now)
        say("comptes et organisations")
        _publish(now)
        say("marchés publiés")
        who = casting.cast(catalogue(), today, random.Random(records.SEED))  # noqa: S311 - a demonstration
        say(f"{make_structures(mission=who.mission, now=now)} structures inclusives")
        say(f"{make_plan(mission=who.mission, today=today, now=now)} achats programmés")
        engaged = _engage(who, commitments, say)
        say(f"{engaged} engagements d’heures, leurs personnes et leurs mois")
        move_dues(who, now=now)
        say(f"{make_positions(who)} postes ouverts et leurs candidatures")
        say(f"{make_controls(who)} contrôles et dossiers")
        say(f"{welcome(who, now=now)} entreprises accueillies")
        say(f"{make_hours_tables(list(who.companies.values())[:6], today=today, now=now)} tableaux d’heures déposés")
        say(f"{make_people_speak(who, now=now)} personnes ont répondu sur leurs heures")
        say(f"{make_site_calendar(who)} lignes au calendrier d’un chantier")
        type_for_a_small_firm(who, now=now)
        publish_amendments(now)
        queue_reminders(now=now, catalogue=catalogue())
        follow(who.mission, now=now)
    return True


def _publish(now: datetime) -> None:
    day = civil_date(now)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demonstration.json"
        path.write_text(json.dumps({"marches": {"marche": records.records(day)}}), encoding="utf-8")
        import_file(path=path, now=now)


def _engage(who: casting.Cast, wanted: int, say: Callable[[str], None]) -> int:
    """Take up the contracts that may bear a clause, oldest first; the last ones stay at earlier stages of their life."""
    engaged = 0
    notices = PublishedContract.objects.filter(current_amount__gte=SMALLEST, amount_flag="").order_by(
        "notified_on", "published_id", "id"
    )
    for rank, notice in enumerate(notices):
        if notice.notified_on is None or engaged >= wanted:
            break
        when = casting.moment(notice.notified_on)
        take_up(actor=who.mission, published_id=notice.public_id, now=when)
        contract = Contract.objects.get(reference=notice.published_id)
        if contract.screenings.exists() or rank % 20 == 19:
            continue
        if not lives.screen(who, contract) or rank % 20 == 18:
            continue
        for lot in contract.lots.order_by("number"):
            commitment = lives.engage(who, contract, lot)
            if commitment is not None:
                lives.live(who, commitment, lives.LIVES[engaged % len(lives.LIVES)])
                engaged += 1
                if not engaged % 20:
                    say(f"{engaged} engagements d’heures sur {wanted}")
    lives.certify(who)
    return engaged
