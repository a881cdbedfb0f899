"""A table of hours that a company has dropped and not yet taken over: lines ready, one to correct, one of nobody known."""

from collections.abc import Iterable
from datetime import date, datetime

from levier.accounts.values import Actor
from levier.foundation.periods import add_months, first_of_month
from levier.hours.file_actions import receive_file
from levier.hours.queries import assigned_in
from levier.participants.identity import open_identity

MOST = 8


def make_hours_tables(companies: Iterable[Actor], *, today: date, now: datetime) -> int:
    """One for each company that has people this month. Return how many."""
    return sum(_dropped(company, today, now) for company in companies)


def _dropped(company: Actor, today: date, now: datetime) -> bool:
    month = add_months(first_of_month(today), -1)
    rows = assigned_in(month, commitment__holder_id=company.organisation_id).select_related("commitment__lot__contract")
    lines = ["Nom;Prénom;Marché;Mois;Heures"]
    for rank, row in enumerate(rows[:MOST]):
        identity = open_identity(row.placement.person.identity, row.placement.person.public_id)
        if identity is not None:
            hours = "35h/sem" if rank == 1 else f"{90 + 7 * rank},5"
            reference = row.commitment.lot.contract.reference
            lines.append(f"{identity.last_name.upper()};{identity.first_name};{reference};{month:%m/%Y};{hours}")
    if len(lines) < 3:
        return False
    lines.append(f"DURAND;Camille;;{month:%m/%Y};70")
    name = f"heures_{month:%Y_%m}.csv"
    receive_file(actor=company, content="\r\n".join(lines).encode("cp1252"), name=name, now=now)
    return True
