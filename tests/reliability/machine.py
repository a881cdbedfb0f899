"""R18: a model of the ledger in plain Python beside the real one, driven step by step by hypothesis.

Participant, eligibility, statement, validation, contest, sealing, correction, waiver, penalty, amendment, merging and taking a merge back: at each
step the model says whether the action is to be refused, and what every figure is to be after it. Each run is a transaction that is undone.
Faults are then planted one at a time, in the code and in the database's functions, and the same model must notice each. Its runs then draw
only the rules that lead to the planted fault, else they would rarely get there; which those are is all that is said of the fault.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from unittest.mock import patch

from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from levier.commitments.actions import penalise_hours, reverse_penalty, waive_hours
from levier.commitments.due_actions import enter_amendment
from levier.commitments.models import Commitment
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.actions import accept_line, refuse_line, reverse_line, seal_month
from levier.hours.checks import TypedLine
from levier.hours.contests import Matter, answer_contest, open_contest
from levier.hours.declarations import save_draft, send
from levier.hours.models import LedgerEntry, PersonMonth, StatementLine
from levier.hours.verification import verify_chains, violations
from levier.participants.merging import answer_proposal, ask_to_unmerge, merge
from levier.participants.models import MergeProposal
from tests.world import NOW, small_world

N = 60
"""Runs; each of at most STEPS steps."""
STEPS = 30
TRIES = 100
"""Runs at most in which a planted fault must be noticed; most are in the first."""
MONTHS = tuple(date(2026, month, 1) for month in (7, 8, 9))
THIS_MONTH = date(2026, 11, 1)
LAST_ELIGIBLE = date(2026, 8, 31)
"""The third person's window ends there."""
MAXIMUM = Decimal(260)
"""Above every legal maximum of a month; two lines of 151,67 h are beyond it, one is not."""
HOURS = st.sampled_from([Decimal(0), Decimal(60), Decimal(60), Decimal("100.50"), Decimal("151.67")])
PLACES = st.integers(0, 2)
"""0 and 1: one person, at two employers; 2: another, whose window ends in August."""
WHO = st.sampled_from(["near", "near", "near", "near", "far", "mission", "company", "rival"])
EYES = st.sampled_from(["near", "mission", "far", "company"])
"""Who tries to merge, to ask for a merge to be undone, to answer: the first two may."""
OF_PEOPLE = (
    "participants_person", "participants_personkey", "participants_eligibilitydecision", "participants_eligibilityground",
    "participants_placement", "commitments_commitmentplacement", "hours_statement", "hours_statementline", "hours_workedmonth",
    "hours_personmonth", "hours_ledgerentry", "hours_contest",
)  # fmt: skip
"""What a merge must leave as it is, but for the pointer of the file that is absorbed."""


@dataclass(frozen=True)
class Fault:
    """A wrong rule put in the place of a right one. `rules`: those of the model that lead there. Of a function of the database, `before` is
    replaced by `after`; of one of the code, the answer is `after` ("yes" or "none").
    """

    rules: str
    place: str
    after: str
    before: str = ""


class Ledger(RuleBasedStateMachine):
    fault: Fault | None = None

    @initialize()
    def world(self) -> None:
        self.undo = contextlib.ExitStack()
        self.undo.enter_context(_undone(self.fault))
        w = self.w = small_world()
        first = w.commitment(w.contract("A"), due="400.00")
        second = w.commitment(w.contract("B", holder="Rival Essai"), holder="Rival Essai", due="400.00")
        third = w.commitment(w.contract("C"), due="400.00")
        shared, other = w.person("Un"), w.person("Deux")
        w.decision(other, until=LAST_ELIGIBLE)
        self.owed = [first, second, third]
        self.placed = [
            w.placement(shared, first),
            w.placement(shared, second, employer="Rival Essai"),
            w.placement(other, third),
        ]
        self.people = [shared, other]
        self.as_registered = _content()[0]
        self.merged, self.asked_by = False, ""
        self.contests: dict[tuple[int, date], str] = {}
        self.by = ["company", "rival", "company"]
        self.lines: dict[tuple[int, date], dict[str, Any]] = {}
        self.sealed: set[tuple[int, date]] = set()
        self.due = [Decimal(400)] * 3
        self.waived, self.credited = [Decimal(0)] * 3, [Decimal(0)] * 3
        self.penalties: list[dict[str, Decimal]] = [{}, {}, {}]
        self.entries = 0

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            self.undo.close()

    def tried(self, allowed: bool, act: Any) -> bool:
        """Do it, and compare with what the model allows."""
        try:
            with transaction.atomic():
                act()
                _at_the_end_of_a_transaction()
        except (Refusal, NotForYou):
            assert not allowed, "refused, and the model allows it"
            return False
        assert allowed, "done, and the model refuses it"
        return True

    def balance(self, place: int) -> Decimal:
        return (
            self.due[place]
            - self.credited[place]
            - self.waived[place]
            - sum(self.penalties[place].values(), Decimal(0))
        )

    @rule(place=PLACES, month=st.sampled_from(MONTHS), hours=HOURS, own=st.sampled_from([True, True, True, False]))
    def declare(self, place: int, month: date, hours: Decimal, own: bool) -> None:
        by = self.by[place] if own else ("rival" if self.by[place] == "company" else "company")
        line = self.lines.get((place, month))
        if line and line["state"] in {"pending", "accepted"}:
            return
        closed = (place, month) in self.sealed and not (line and line["reversed"])
        eligible = hours == 0 or place != 2 or month <= LAST_ELIGIBLE
        commitment, placement = self.owed[place].public_id, self.placed[place].public_id

        def act() -> None:
            actor = self.w.actors[by]
            typed = {placement: TypedLine(str(hours).replace(".", ","))}
            save_draft(actor=actor, commitment_public_id=commitment, month=month, typed=typed, now=NOW)
            send(actor=actor, commitment_public_id=commitment, month=month, now=NOW)

        if self.tried(own and not closed and eligible, act):
            kept = StatementLine.objects.get(placement=self.placed[place], statement__month=month)
            self.lines[place, month] = {
                "id": kept.public_id,
                "hours": hours,
                "state": "pending",
                "reversed": bool(line and line["reversed"]),
            }

    @rule(place=PLACES, month=st.sampled_from(MONTHS), by=WHO)
    def accept(self, place: int, month: date, by: str) -> None:
        line = self.lines.get((place, month))
        if line is None:
            return
        elsewhere = sum(
            (one["hours"] for (other, when), one in self.lines.items()
             if when == month and one["state"] == "accepted" and (other < 2) == (place < 2) and other != place), Decimal(0),
        )  # fmt: skip
        again = line["state"] == "accepted" and by == "near"
        fits = elsewhere + line["hours"] <= MAXIMUM
        allowed = again or (
            line["state"] == "pending" and by == "near" and fits and (place, month) not in self.contests
        )
        if (
            self.tried(allowed, lambda: accept_line(actor=self.w.actors[by], line_public_id=line["id"], now=NOW))
            and not again
        ):
            line["state"] = "accepted"
            self.credited[place] += line["hours"]
            self.entries += line["hours"] > 0

    @rule(place=PLACES, month=st.sampled_from(MONTHS), by=WHO)
    def refuse(self, place: int, month: date, by: str) -> None:
        line = self.lines.get((place, month))
        if line is None or line["state"] == "refused":
            return
        allowed = line["state"] == "pending" and by == "near" and (place, month) not in self.contests
        act = partial(
            refuse_line, actor=self.w.actors[by], line_public_id=line["id"], reason="Feuille d’heures", now=NOW
        )
        if self.tried(allowed, act):
            line["state"] = "refused"

    @rule(place=PLACES, month=st.sampled_from(MONTHS), by=WHO)
    def correct(self, place: int, month: date, by: str) -> None:
        line = self.lines.get((place, month))
        if line is None or line["hours"] == 0:
            return
        allowed = line["state"] == "accepted" and by == "near" and (place, month) not in self.contests
        act = partial(
            reverse_line, actor=self.w.actors[by], line_public_id=line["id"], reason="Erreur de mois", now=NOW
        )
        if self.tried(allowed, act):
            line["state"], line["reversed"] = "refused", True
            self.credited[place] -= line["hours"]
            self.entries += 1

    @rule(place=PLACES, month=st.sampled_from(MONTHS))
    def contest(self, place: int, month: date) -> None:
        line = self.lines.get((place, month))
        if line is None or (place, month) in self.contests:
            return
        opened = []

        def act() -> None:
            person = self.placed[place].person
            person.refresh_from_db()
            case = open_contest(person=person, matter=Matter.MORE, words="Trop peu", now=NOW, line_id=line["id"])
            opened.append(case.public_id)

        if self.tried(line["state"] in {"pending", "accepted"} and line["hours"] > 0, act):
            self.contests[place, month] = opened[0]

    @rule(place=PLACES, month=st.sampled_from(MONTHS), by=WHO)
    def answer(self, place: int, month: date, by: str) -> None:
        if (place, month) not in self.contests:
            return
        act = partial(
            answer_contest, actor=self.w.actors[by], contest_id=self.contests[place, month], upheld=True, answer="Vu", now=NOW
        )  # fmt: skip
        if self.tried(by == "near", act):
            del self.contests[place, month]

    @rule(by=EYES)
    def merge(self, by: str) -> None:
        """Both files are of one territory: no second person is asked."""
        first, second = (one.public_id for one in self.people)
        before = _content()
        act = partial(merge, actor=self.w.actors[by], first_id=second, second_id=first, now=NOW)
        if self.tried(by in {"near", "mission"} and not self.merged, act):
            self.merged = True
            persons, rest = _content()
            assert rest == before[1], "a merge moved something else than the pointer"
            kept, absorbed = self.people
            expected = dict(before[0]) | {absorbed.pk: before[0][absorbed.pk] | {"merged_into_id": kept.pk}}
            assert persons == expected, "a merge changed what a file says"

    @rule(by=EYES)
    def ask_to_unmerge(self, by: str) -> None:
        if self.asked_by:
            return
        act = partial(ask_to_unmerge, actor=self.w.actors[by], absorbed_id=self.people[1].public_id, now=NOW)
        if self.tried(by in {"near", "mission"} and self.merged, act):
            self.asked_by = by

    @rule(by=EYES, agreed=st.sampled_from([True, True, False]))
    def unmerge(self, by: str, agreed: bool) -> None:
        """unmerge(merge(x)) = x, in all that is written of x: every column of the files, and every row that names them."""
        if not self.asked_by:
            return
        rest = _content()[1]
        proposal = MergeProposal.objects.get(closed_at__isnull=True).public_id
        act = partial(answer_proposal, actor=self.w.actors[by], proposal_id=proposal, agreed=agreed, now=NOW)
        if self.tried(by in {"near", "mission"} and by != self.asked_by, act):
            self.asked_by, self.merged = "", not agreed
            assert _content()[1] == rest, "taking a merge back moved something else than the pointer"
            if agreed:
                assert _content()[0] == self.as_registered, "unmerge(merge(x)) is not x"

    @rule(
        place=PLACES,
        month=st.sampled_from((*MONTHS, THIS_MONTH)),
        by=st.sampled_from(["mission", "mission", "near", "buyer"]),
    )
    def seal(self, place: int, month: date, by: str) -> None:
        waiting = (line := self.lines.get((place, month))) is not None and line["state"] == "pending"
        allowed = by == "mission" and not waiting and (place, month) not in self.sealed and month != THIS_MONTH
        act = partial(
            seal_month, actor=self.w.actors[by], commitment_public_id=self.owed[place].public_id, month=month, now=NOW
        )
        if self.tried(allowed, act):
            self.sealed.add((place, month))

    @rule(place=PLACES, hours=st.integers(-1, 250), by=st.sampled_from(["mission", "near", "buyer"]))
    def waive(self, place: int, hours: int, by: str) -> None:
        allowed = by == "mission" and 0 < hours <= self.balance(place)
        act = partial(
            waive_hours,
            actor=self.w.actors[by],
            commitment_id=self.owed[place].public_id,
            hours=Decimal(hours),
            reason="Chantier",
            now=NOW,
        )
        if self.tried(allowed, act):
            self.waived[place] += hours

    @rule(
        place=PLACES,
        hours=st.integers(-1, 250),
        name=st.sampled_from(["P-1", "P-2"]),
        by=st.sampled_from(["mission", "buyer", "near"]),
    )
    def penalise(self, place: int, hours: int, name: str, by: str) -> None:
        if name in self.penalties[place]:
            return
        allowed = by in {"mission", "buyer"} and 0 < hours <= self.balance(place)
        act = partial(
            penalise_hours,
            actor=self.w.actors[by],
            commitment_public_id=self.owed[place].public_id,
            hours=Decimal(hours),
            decision_reference=name,
            at=NOW,
        )
        if self.tried(allowed, act):
            self.penalties[place][name] = Decimal(hours)

    @rule(place=PLACES, name=st.sampled_from(["P-1", "P-2"]))
    def undo_penalty(self, place: int, name: str) -> None:
        if not self.penalties[place].get(name):
            return
        act = partial(
            reverse_penalty,
            actor=self.w.actors["mission"],
            commitment_public_id=self.owed[place].public_id,
            decision_reference=name,
            reason="Preuve",
            at=NOW,
        )
        self.tried(True, act)
        self.penalties[place][name] = Decimal(0)

    @rule(
        place=PLACES,
        due=st.sampled_from([0, 400]) | st.integers(0, 500),
        by=st.sampled_from(["mission", "buyer", "company"]),
    )
    def amend(self, place: int, due: int, by: str) -> None:
        settled = self.waived[place] + sum(self.penalties[place].values(), Decimal(0))
        allowed = by in {"mission", "buyer"} and due != self.due[place] and due >= settled
        if by == "buyer" or (by == "company" and place == 1):
            by = "mission" if by == "buyer" else "rival"
        act = partial(enter_amendment,
            actor=self.w.actors[by], commitment_public_id=self.owed[place].public_id, reference=f"Avenant {self.steps()}",
            due_hours=Decimal(due), effective_on=date(2026, 6, 1), now=NOW,
        )  # fmt: skip
        if self.tried(allowed, act):
            self.due[place] = Decimal(due)

    def steps(self) -> int:
        self.count = getattr(self, "count", 0) + 1
        return self.count

    @invariant()
    def the_figures_are_those_of_the_model(self) -> None:
        if not hasattr(self, "w"):
            return
        for place, one in enumerate(Commitment.objects.filter(pk__in=[one.pk for one in self.owed]).order_by("pk")):
            penalised = sum(self.penalties[place].values(), Decimal(0))
            real = (one.due_hours, one.credited_hours, one.waived_hours, one.penalised_hours, one.balance_hours)
            assert real == (
                self.due[place],
                self.credited[place],
                self.waived[place],
                penalised,
                self.balance(place),
            ), (place, real)
        states = dict(StatementLine.objects.exclude(state="draft").values_list("public_id", "state"))
        assert states == {line["id"]: line["state"] for line in self.lines.values()}
        assert LedgerEntry.objects.count() == self.entries
        for month, worked in PersonMonth.objects.filter(person=self.placed[0].person).values_list(
            "month", "worked_hours"
        ):
            counted = sum(
                (line["hours"] for (place, when), line in self.lines.items() if when == month and place < 2 and line["state"] == "accepted"),
                Decimal(0),
            )  # fmt: skip
            assert worked == counted, month


def _content() -> tuple[dict[int, dict[str, Any]], dict[str, list[str]]]:
    """Every column of every person; and every row of what belongs to them, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, to_jsonb(x) FROM participants_person x")
        persons = {key: json.loads(row) if isinstance(row, str) else row for key, row in cursor.fetchall()}
        rest = {}
        for table in OF_PEOPLE[1:]:
            cursor.execute(f"SELECT x::text FROM {table} x ORDER BY 1")
            rest[table] = [row for (row,) in cursor.fetchall()]
    return persons, rest


def _at_the_end_of_a_transaction() -> None:
    """What the database compares only there: a run never commits."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextlib.contextmanager
def _undone(fault: Fault | None) -> Iterator[None]:
    """A transaction that never commits, with a fault of the database in it where one is planted."""
    with transaction.atomic(), connection.cursor() as cursor:
        _at_the_end_of_a_transaction()
        if fault and fault.before:
            cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [fault.place])
            source = cursor.fetchone()[0]
            assert fault.before in source, fault
            cursor.execute(source.replace(fault.before, fault.after))
        try:
            yield
        finally:
            transaction.set_rollback(True)


_RAISED = "RAISE EXCEPTION USING ERRCODE = 'LV024', MESSAGE = 'CONTESTED';"
FAULTS = {
    "a correction is not given back": Fault("declare accept correct", "hours_ledgerentry_post", "credited_hours + GREATEST(0, NEW.hours)", "credited_hours + NEW.hours"),
    "anybody seals": Fault("seal", "levier.hours.actions.may_seal", "yes"),
    "anybody waives": Fault("waive", "levier.commitments.policies.may_waive", "yes"),
    "anybody penalises": Fault("penalise", "levier.commitments.policies.may_penalise", "yes"),
    "eligibility is not read": Fault("declare", "levier.hours.declarations.objections_to", "none"),
    "no objection to an amendment": Fault("waive penalise amend", "levier.commitments.due_actions._objections_to_amendment", "none"),
    "hours are not credited": Fault("declare accept", "hours_ledgerentry_post", "credited_hours", "credited_hours + NEW.hours"),
    "a waiver counts double": Fault("waive", "commitments_waiver_moves_counter", "waived_hours + 2 * NEW.hours", "waived_hours + NEW.hours"),
    "a penalty does not count": Fault("penalise", "commitments_penalty_post", "penalised_hours", "penalised_hours + NEW.hours"),
    "an amendment counts half": Fault("amend", "commitments_duemovement_post", "due_hours + NEW.hours / 2", "due_hours + NEW.hours"),
    "a person's month does not grow": Fault("declare accept", "hours_workedmonth_moves_person", "worked_hours + 0", "worked_hours + (CASE TG_OP WHEN 'DELETE' THEN 0 ELSE NEW.worked_hours END)"),
    "a contested line goes on": Fault("declare contest accept refuse", "hours_statementline_contested", "NULL;", _RAISED),
    "who asked agrees": Fault("merge ask_to_unmerge unmerge", "levier.participants.policies.may_agree", "yes"),
    "a merge spoils what a file says": Fault("merge", "participants_person_merge_guard", "NEW.birth_year := 1900; RETURN NEW;", "RETURN NEW;"),
}  # fmt: skip
"""The last one makes what a merge takes back differ in its content, though every key is as before."""


RULES = frozenset(one.function.__name__ for one in Ledger.setup_state().rules)


def run(count: int, seed: int, _copy: object = None) -> dict[str, Any]:
    broken = _runs(count, seed)
    noticed = {name: _planted(fault, seed) for name, fault in FAULTS.items()}
    missed = [name for name, said in noticed.items() if said is None]
    sound = not violations() and not verify_chains().broken
    return {
        "n": count, "steps_at_most": STEPS, "mismatch": broken, "planted": len(FAULTS), "caught": len(FAULTS) - len(missed),
        "missed": missed, "noticed": noticed, "holds": broken is None and not missed and sound,
    }  # fmt: skip


def _planted(fault: Fault, seed: int) -> str | None:
    if fault.before:
        return _runs(TRIES, seed, fault)
    answers: dict[str, Any] = {"yes": lambda *_words, **_more: True, "none": lambda *_words, **_more: []}
    with patch(fault.place, answers[fault.after]):
        return _runs(TRIES, seed, fault)


def _runs(count: int, seed: int, fault: Fault | None = None) -> str | None:
    """None where the model and the ledger agree in all runs; else what they disagree on."""
    drawn = fault.rules.split() if fault else list(RULES)
    machine = seeded(seed)(type("Run", (Ledger,), {"fault": fault} | dict.fromkeys(RULES.difference(drawn))))
    phases = (Phase.generate,) if fault else (Phase.generate, Phase.shrink)
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=count, stateful_step_count=STEPS, deadline=None, database=None, phases=phases,
                suppress_health_check=list(HealthCheck), print_blob=False, report_multiple_bugs=False,
            ),
        )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - whatever the ledger does that the model does not say
        return f"{type(error).__name__}: {error}"[:500]
    return None
