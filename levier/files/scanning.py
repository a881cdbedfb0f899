"""The port to the antivirus, and ClamAV behind it: clamd over TCP or a local socket, its INSTREAM command (clamd(8)).

It fails closed: a scanner that is silent, unreachable or confused answers nothing, and a piece nobody answered for stays in quarantine.
"""

import socket
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

CHUNK = 64 * 1024
SECONDS = 30
LONGEST_ANSWER = 4_096


class ScannerUnavailable(RuntimeError):  # noqa: N818 - read aloud: "scanner unavailable"
    """Nobody can say whether the bytes are safe: unreachable, timed out, or an answer that means neither."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the scanner says. `threat`: its name for what it found, empty when it found nothing; `engine`: who says so."""

    threat: str
    engine: str


class Scanner(Protocol):
    def scan(self, content: bytes) -> Scanned:
        """Raise ScannerUnavailable when it cannot be told."""
        ...


class Guard(StrEnum):
    """What stands before the pieces: a scanner, nothing by an explicit setting, or nothing at all (then nothing goes out)."""

    SCANNER = "scanner"
    UNGUARDED = "unguarded"
    CLOSED = "closed"


def guard(address: str) -> Guard:
    """From the setting LEVIER_CLAMD."""
    if address == "none":
        return Guard.UNGUARDED
    return Guard.SCANNER if address else Guard.CLOSED


def may_leave(state: str, standing: Guard) -> bool:
    """Whether bytes received from outside may be shown or downloaded: found clean, or explicitly unguarded."""
    return state == "clean" or (state == "quarantine" and standing is Guard.UNGUARDED)


class Clamd:
    """A clamd daemon at `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`."""

    def __init__(self, address: str, *, seconds: float = SECONDS) -> None:
        self._address, self._seconds = urlsplit(address), seconds

    def scan(self, content: bytes) -> Scanned:
        """Send the bytes as clamd wants them: each chunk after its length on four bytes, a length of zero at the end."""
        answer = self._ask(b"zINSTREAM\0", content)
        said = answer.removeprefix("stream: ")
        if said == "OK":
            return Scanned("", self._version())
        if said.endswith(" FOUND"):
            return Scanned(said.removesuffix(" FOUND")[:200], self._version())
        raise ScannerUnavailable(answer[:200] or "no answer")

    def _version(self) -> str:
        return self._ask(b"zVERSION\0", None)[:100]

    def _ask(self, command: bytes, content: bytes | None) -> str:
        try:
            with self._connected() as link:
                link.sendall(command)
                if content is not None:
                    self._stream(link, content)
                return self._answer(link)
        except OSError as error:
            raise ScannerUnavailable(str(error)) from error

    def _connected(self) -> socket.socket:
        if self._address.scheme == "unix":
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            link.settimeout(self._seconds)
            try:
                link.connect(self._address.path)
            except OSError:
                link.close()
                raise
            return link
        if self._address.scheme != "tcp":
            raise ScannerUnavailable(f"{self._address.scheme}: neither tcp nor unix")
        return socket.create_connection(
            (self._address.hostname or "localhost", self._address.port or 3310), self._seconds
        )

    @staticmethod
    def _stream(link: socket.socket, content: bytes) -> None:
        try:
            for start in range(0, len(content), CHUNK):
                part = content[start : start + CHUNK]
                link.sendall(struct.pack("!I", len(part)) + part)
            link.sendall(struct.pack("!I", 0))
        except (BrokenPipeError, ConnectionResetError):
            return  # clamd closes once it has said that the stream is too long: its answer is read, and is no "OK"

    @staticmethod
    def _answer(link: socket.socket) -> str:
        said = b""
        while len(said) < LONGEST_ANSWER and not said.endswith(b"\0"):
            part = link.recv(LONGEST_ANSWER)
            if not part:
                break
            said += part
        return said.rstrip(b"\0\n").decode("utf-8", "replace")
