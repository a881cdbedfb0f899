"""What each reader of a reminder is told: whose step, why them, what next. Plain Python."""

from datetime import date
from decimal import Decimal

from levier.compliance.reminder_words import SHOWN, Reader, Step, body, subject
from levier.compliance.tasks import Task
from levier.compliance.turns import TaskKind, Turn

ADDRESS = "https://levier.test/a-faire/"


def step(level: int, kind: TaskKind = TaskKind.DECLARE, reference: str = "2026-0147") -> Step:
    turn = Turn.FACILITATOR if kind is TaskKind.VALIDATE else Turn.COMPANY
    task = Task(
        kind, turn, Decimal(0), date(2026, 11, 14), "c", reference, "Réhabilitation du collège", "Bâti Essai", "Aix", 4,
        commitment_id="x", month=date(2026, 10, 1) if kind is TaskKind.DECLARE else None,
    )  # fmt: skip
    return Step(task, date(2026, 11, 14), level, date(2026, 11, 29) if level < 3 else None)


def written(*read: tuple[Step, Reader], until: str = "", declarants: tuple[str, ...] = ()) -> str:
    said = body("Zoé", read, list_address=ADDRESS, until=until, declarants=declarants, calls=["Une question ?", ""])
    return said.replace("\u00a0", " ").replace("\u202f", " ")


def title(*read: tuple[Step, Reader]) -> str:
    return subject(read).replace("\u00a0", " ")


def test_the_first_says_what_to_do_by_when_and_what_comes_next():
    said = written((step(1), Reader.COMPANY), until="29 novembre 2026 à 9 h 00")
    assert "déclarer les heures d’octobre 2026, attendues pour le 14 novembre 2026." in said
    assert "Déclarer sans mot de passe :\n[lien]\n(une seule fois, jusqu’au 29 novembre 2026 à 9 h 00)" in said
    assert (
        "Sans suite d’ici au 29 novembre 2026, un second rappel ira à qui répond de la clause dans votre entreprise."
        in said
    )
    assert "Une question ?" in said
    assert title((step(1), Reader.COMPANY)) == "Heures d’octobre 2026 à déclarer, marché 2026-0147"


def test_the_second_says_why_it_comes_to_this_person():
    said = written((step(2), Reader.COMPANY))
    assert (
        "Le premier rappel est resté sans suite : celui-ci vous est adressé parce que vous répondez de la clause"
        in said
    )
    assert "votre facilitateur sera prévenu" in said
    assert title((step(2), Reader.COMPANY)).startswith("Second rappel : heures d’octobre 2026")


def test_a_manager_without_access_is_sent_to_no_page_that_asks_to_sign_in():
    said = written((step(2), Reader.MANAGER), declarants=("Ana Un", "Bo Deux"))
    assert ADDRESS not in said
    assert "Demandez-le à Ana Un ou à Bo Deux : vous n’avez pas besoin de compte." in said
    assert "Plus personne ne peut déclarer" in written((step(2), Reader.MANAGER))


def test_the_facilitator_is_told_to_call_and_the_mission_who_did_not_answer():
    said = written((step(3), Reader.FACILITATOR), (step(2, TaskKind.VALIDATE), Reader.FACILITATOR))
    assert said.index("Des heures attendent votre décision :") < said.index(
        "Deux rappels à l’entreprise sont restés sans suite. Appelez-la"
    )
    assert "la mission sera prévenue" in said
    assert "répondez de la clause" not in said
    unreachable = written((step(2), Reader.FACILITATOR))
    assert "Personne à qui écrire dans l’entreprise" in unreachable
    assert "Sans suite" not in unreachable, "what climbs is the company's"
    mission = written((step(3, TaskKind.VALIDATE), Reader.MISSION))
    assert "Deux rappels au facilitateur sont restés sans suite :" in mission
    assert title((step(3, TaskKind.VALIDATE), Reader.MISSION)) == (
        "Troisième rappel : heures à accepter ou à refuser, marché 2026-0147, Bâti Essai"
    )


def test_a_long_list_is_cut_and_counted():
    many = [(step(3, TaskKind.VALIDATE, f"2026-{number:04d}"), Reader.MISSION) for number in range(SHOWN + 3)]
    said = written(*many)
    assert said.count("\n- Réhabilitation") == SHOWN
    assert "- et 3 autres, à lire dans Levier." in said
    assert title(*many) == f"Troisième rappel : clause d’insertion, {SHOWN + 3} étapes restent sans suite"
