"""Calendars of declarations: by buyer, in everything that says "overdue", and in one's own calendar program."""

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levier.compliance.reminding import queue_reminders
from levier.compliance.tasks import tasks_for
from levier.compliance.turns import TaskKind
from levier.following import links
from levier.following.actions import set_calendar
from levier.following.icalendar import Event, calendar
from levier.following.models import CalendarLink
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.calendars import Calendars
from levier.hours.models import DeclarationCalendar
from levier.hours.rules import period_end
from levier.hours.sheets import owed_months
from levier.hours.values import Rhythm
from levier.notifications.models import Message
from levier.reference.published import published_catalogue
from tests.world import NOW, TODAY, World

CATALOGUE = published_catalogue()


@pytest.mark.parametrize(
    ("month", "rhythm", "end"),
    [(date(2026, 2, 1), "monthly", date(2026, 2, 28)), (date(2026, 1, 1), "quarterly", date(2026, 3, 31)),
     (date(2026, 12, 1), "quarterly", date(2026, 12, 31)), (date(2026, 7, 1), "half_yearly", date(2026, 12, 31)),
     (date(2028, 2, 1), "half_yearly", date(2028, 6, 30))],
)  # fmt: skip
def test_the_period_of_a_month(month, rhythm, end):
    assert period_end(month, Rhythm(rhythm)) == end


def row(buyer: int, start: date, rhythm: str, day: int) -> DeclarationCalendar:
    return DeclarationCalendar(buyer_id=buyer, valid_from=start, rhythm=rhythm, day_before=day, source="essai")


def test_a_buyer_has_its_own_days_and_the_others_the_common_ones():
    known = Calendars(CATALOGUE, [row(1, date(2026, 1, 1), "quarterly", 15), row(1, date(2026, 7, 1), "monthly", 10)])
    assert known.period(1, date(2026, 2, 1)) == (date(2026, 3, 31), date(2026, 4, 14))
    assert known.period(1, date(2026, 8, 1)) == (date(2026, 8, 31), date(2026, 9, 9))
    assert known.period(1, date(2025, 11, 1)) == (date(2025, 11, 30), date(2025, 12, 14)), "before its first row"
    assert known.period(2, date(2026, 2, 1)) == (date(2026, 2, 28), date(2026, 3, 14))
    months = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    assert known.closed(1, months, date(2026, 3, 31)) == []
    assert known.closed(1, months, date(2026, 4, 1)) == months


def unfolded(content: bytes) -> list[str]:
    """Lines of an iCalendar, read by the letter of RFC 5545: CRLF, 75 octets, folding by one space, nothing else."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    lines: list[bytes] = []
    for physical in content[:-2].split(b"\r\n"):
        assert 0 < len(physical) <= 75, physical
        physical.decode()  # never cut inside a character
        if physical.startswith(b" "):
            lines[-1] += physical[1:]
        else:
            lines.append(physical)
    return [line.decode() for line in lines]


def strictly(content: bytes) -> list[dict[str, str]]:
    """Events, whose properties are each there as often as the standard allows."""
    lines, events, stack = unfolded(content), [], []
    for line in lines:
        match = re.fullmatch(r"([A-Z][A-Z0-9-]*)((?:;[A-Z-]+=[^:;,\"]+)*):(.*)", line)
        assert match, line
        name, parameters, value = match.groups()
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", value)
        if name == "BEGIN":
            stack.append((value, {}))
        elif name == "END":
            kind, found = stack.pop()
            assert kind == value
            if kind == "VEVENT":
                assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= set(found)
                assert re.fullmatch(r"\d{8}T\d{6}Z", found["DTSTAMP"])
                events.append(found)
            elif kind == "VALARM":
                assert set(found) == {"ACTION", "DESCRIPTION", "TRIGGER"}
            elif kind == "VCALENDAR":
                assert found["VERSION"] == "2.0"
                assert found["PRODID"]
        else:
            assert name not in stack[-1][1], f"{name} twice"
            if name in {"DTSTART", "DTEND"}:
                assert parameters == ";VALUE=DATE"
                datetime.strptime(value, "%Y%m%d").replace(tzinfo=UTC)
            if name in {"SUMMARY", "DESCRIPTION"}:
                assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), "a comma that is not escaped"
            stack[-1][1][name] = value
    assert stack == []
    assert lines[0] == "BEGIN:VCALENDAR"
    assert len({event["UID"] for event in events}) == len(events)
    return events


@given(
    st.lists(
        st.tuples(st.text(max_size=200), st.text(max_size=300), st.dates(date(2000, 1, 1), date(2100, 1, 1))),
        max_size=5,
    )
)
def test_whatever_is_written_the_calendar_is_valid(told):
    events = [
        Event(f"{rank}@levier", day, summary, text, "https://levier.test/")
        for rank, (summary, text, day) in enumerate(told)
    ]
    found = strictly(calendar("Levier ; essai, un", events, now=NOW))
    assert [one["DTSTART"] for one in found] == [f"{day:%Y%m%d}" for _, _, day in told]


def test_the_strict_reader_sees_a_planted_fault():
    good = calendar("Levier", [Event("1@l", TODAY, "a", "b" * 200, "https://levier.test/")], now=NOW)
    for bad in (
        good.replace(b"\r\n", b"\n"),
        good.replace(b"\r\n ", b""),
        good.replace(b"SUMMARY:a", b"SUMMARY:a,b"),
        good[:-20],
    ):
        with pytest.raises(AssertionError):
            strictly(bad)


pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(world: World):
    commitment = world.commitment(world.contract())
    world.placement(world.person("CANARI-NOM"), commitment, start=date(2026, 10, 1))
    return commitment


def quarterly(world: World, name: str = "mission", **changed: object) -> DeclarationCalendar:
    told = {
        "rhythm": Rhythm.QUARTERLY,
        "day_before": 15,
        "valid_from": date(2026, 10, 1),
        "source": "CCAP, article 1.4",
    } | changed
    return set_calendar(actor=world.actors[name], buyer=world.organisations["Département d’essai"], now=NOW, **told)


def test_everything_that_says_overdue_follows_the_calendar(world, owed):
    company = world.actors["company"]

    def kinds() -> list[TaskKind]:
        return [task.kind for task in tasks_for(company, today=TODAY, catalogue=CATALOGUE)]

    def late() -> list[bool]:
        return [
            one.late for one in owed_months(company, today=TODAY, values=CATALOGUE) if one.month == date(2026, 10, 1)
        ]

    assert kinds() == [TaskKind.DECLARE]
    assert late() == [True]
    quarterly(world)
    assert TaskKind.DECLARE not in kinds()
    assert late() == [False]
    assert queue_reminders(now=NOW, catalogue=CATALOGUE).messages == 0
    assert queue_reminders(now=datetime(2027, 1, 15, 9, tzinfo=UTC), catalogue=CATALOGUE).messages >= 1
    assert "14\u00a0janvier\u00a02027" in Message.objects.get(recipient="company@exemple.test").body


def test_who_sets_a_calendar(world, owed):
    for name in ("near", "company", "stranger_buyer"):
        with pytest.raises(NotForYou):
            quarterly(world, name)
    quarterly(world, "buyer")
    with pytest.raises(Refusal, match="déjà"):
        quarterly(world)
    with pytest.raises(Refusal, match="passées"):
        quarterly(world, valid_from=date(2026, 9, 1))
    with pytest.raises(Refusal, match="entre 2 et 28"):
        quarterly(world, valid_from=date(2026, 12, 1), day_before=31)


def events_of(client, secret: str):
    answer = client.get(f"/agenda/{secret}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return answer.content


def test_a_calendar_program_reads_its_own_scope_and_nobodys_name(world, owed, client, monkeypatch):
    world.commitment(world.contract("2026-0999", territory=5, holder="Rival Essai"), holder="Rival Essai", territory=5)
    monkeypatch.setattr("levier.web.clock.now", lambda: NOW)
    secret = links.make_link(actor=world.actors["company"], now=NOW)
    content = events_of(client, secret)
    found = strictly(content)
    assert [one["DTSTART"] for one in found if one["SUMMARY"].startswith("Relevés")][:2] == ["20261214", "20270114"]
    text = content.decode()
    assert "X-WR-TIMEZONE:Europe/Paris" in text
    for word in ("CANARI", "Bâti", "Samira", "2026-0999", "exemple.test", "Company"):
        assert word not in text, word
    assert any("2026-0147" in one["SUMMARY"] for one in found), "the end of the contract"


def test_a_secret_that_is_taken_back_or_replaced_or_over_answers_nothing(world, owed, client):
    first = links.make_link(actor=world.actors["near"], now=NOW)
    second = links.make_link(actor=world.actors["near"], now=NOW)
    assert client.get(f"/agenda/{first}.ics").status_code == 404
    assert client.get(f"/agenda/{second}.ics").status_code == 200
    links.revoke_link(actor=world.actors["near"], now=NOW)
    assert client.get(f"/agenda/{second}.ics").status_code == 404
    third = links.make_link(actor=world.actors["near"], now=NOW)
    user = world.users["near"]
    user.memberships.update(withdrawn_at=NOW, withdrawn_by_label="essai")
    assert client.get(f"/agenda/{third}.ics").status_code == 404
    user.memberships.update(withdrawn_at=None, valid_until=date(2024, 1, 1))
    assert client.get(f"/agenda/{third}.ics").status_code == 404
    assert not CalendarLink.objects.filter(digest=third.encode()).exists(), "the secret itself is kept nowhere"
    with pytest.raises(NotForYou):
        links.revoke_link(actor=world.actors["far"], now=NOW)


def test_the_pages(world, owed):
    for name in ("mission", "buyer", "near", "company"):
        page = world.client(name).get("/calendrier/")
        assert page.status_code == 200, name
        assert "2026-0147" in page.content.decode(), name
    assert "2026-0147" not in world.client("rival").get("/calendrier/").content.decode()
    made = world.client("company").post("/calendrier/abonnement/")
    assert "/agenda/" in made.content.decode()
    assert "/agenda/" not in world.client("company").get("/calendrier/").content.decode(), "shown once"
    buyer = world.organisations["Département d’essai"].public_id
    form = {"rhythm": "quarterly", "day_before": "15", "valid_from": "2099-01", "source": "CCAP, article 1.4"}
    wrong = world.client("mission").post(f"/calendrier/acheteurs/{buyer}/", form | {"day_before": "40"})
    assert wrong.status_code == 422
    assert "CCAP, article 1.4" in wrong.content.decode(), "what was typed stays"
    assert world.client("mission").post(f"/calendrier/acheteurs/{buyer}/", form).status_code == 303
    assert world.client("stranger_buyer").get(f"/calendrier/acheteurs/{buyer}/").status_code == 404
    assert world.client("mission").get("/calendrier/export.csv").content.decode().count("2026-0147") >= 2


def test_the_page_asks_a_constant_number_of_queries(world, django_assert_max_num_queries):
    client = world.client("mission")
    for rank in range(6):
        world.commitment(world.contract(f"2026-{rank:04d}"))
    with django_assert_max_num_queries(13):
        client.get("/calendrier/")
