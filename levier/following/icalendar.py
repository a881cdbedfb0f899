"""Writing a calendar that programs subscribe to (iCalendar, RFC 5545). Plain Python: whole days, as they are in Paris; nobody's name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST = 75
"""Octets a line may have before it is folded (RFC 5545, section 3.1)."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that falls on one whole day. `uid` stays the same from one reading to the next."""

    uid: str
    day: date
    summary: str
    description: str
    url: str


def calendar(name: str, events: Iterable[Event], *, now: datetime) -> bytes:
    """The file, UTF-8, lines ended by CRLF. `now` must be aware."""
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Levier//Calendrier des declarations//FR", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}", "X-WR-TIMEZONE:Europe/Paris", "REFRESH-INTERVAL;VALUE=DURATION:PT12H", "X-PUBLISHED-TTL:PT12H",
    ]  # fmt: skip
    for event in events:
        lines += [
            "BEGIN:VEVENT", f"UID:{event.uid}", f"DTSTAMP:{stamp}", f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}", f"SUMMARY:{_text(event.summary)}", f"DESCRIPTION:{_text(event.description)}",
            f"URL:{event.url}", "TRANSP:TRANSPARENT", "CLASS:PRIVATE", "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(event.summary)}",
            "TRIGGER:-P3D", "END:VALARM", "END:VEVENT",
        ]  # fmt: skip
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines).encode()


def _text(value: str) -> str:
    """TEXT of RFC 5545: backslash, semicolon, comma and new line are escaped; other control characters are left out."""
    escaped = (
        value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r\n", "\n").replace("\n", "\\n")
    )
    return "".join(one for one in escaped if one >= " " and one != "\x7f")


def _folded(line: str) -> str:
    """At most 75 octets a line, never cut inside a character; what follows begins with a space."""
    parts, current, size = [], "", 0
    for one in line:
        octets = len(one.encode())
        if size + octets > LONGEST:
            parts.append(current)
            current, size = " ", 1
        current += one
        size += octets
    return "\r\n".join([*parts, current]) + "\r\n"
