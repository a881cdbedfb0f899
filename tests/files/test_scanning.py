"""The antivirus: a small clamd that speaks the real protocol, the EICAR file, and nothing that leaves quarantine when it does not answer."""

import socket
import struct
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from levier.files.actions import receive, scan_waiting
from levier.files.models import StoredFile
from levier.files.scanning import Clamd, Guard, ScannerUnavailable, guard, may_leave
from levier.files.values import PDF, Received
from tests.world import NOW

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class SmallClamd(threading.Thread):
    """Reads commands as clamd(8) describes them: zVERSION, zINSTREAM with chunks after their length; one command a connection."""

    def __init__(self, listener: socket.socket, *, limit: int = 1_000_000, answer: bytes | None = None) -> None:
        super().__init__(daemon=True)
        self.listener, self.limit, self.answer = listener, limit, answer
        self.seen: list[bytes] = []

    def run(self) -> None:
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            with link:
                self.talk(link)

    def talk(self, link: socket.socket) -> None:
        command = b""
        while not command.endswith(b"\0"):
            part = link.recv(1)
            if not part:
                return
            command += part
        if command == b"zVERSION\0":
            link.sendall(b"ClamAV 1.4.2/27500/Wed Nov 25 09:00:00 2026\0")
            return
        assert command == b"zINSTREAM\0"
        received = b""
        while True:
            (length,) = struct.unpack("!I", self.exactly(link, 4))
            if not length:
                break
            received += self.exactly(link, length)
            if len(received) > self.limit:
                link.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.seen.append(received)
        found = b"stream: Eicar-Signature FOUND\0" if EICAR in received else b"stream: OK\0"
        link.sendall(found if self.answer is None else self.answer)

    @staticmethod
    def exactly(link: socket.socket, wanted: int) -> bytes:
        found = b""
        while len(found) < wanted:
            part = link.recv(wanted - len(found))
            if not part:
                raise ConnectionError
            found += part
        return found


@contextmanager
def clamd(tmp_path: Path | None = None, **wishes):
    if tmp_path is None:
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    else:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(tmp_path / "c.sock"))
        listener.listen()
        address = f"unix://{tmp_path / 'c.sock'}"
    server = SmallClamd(listener, **wishes)
    server.start()
    try:
        yield Clamd(address, seconds=5), server
    finally:
        listener.close()
        server.join(1)


def kept(world, content: bytes) -> StoredFile:
    return receive(actor=world.actors["company"], received=Received(content, PDF, "r.pdf"), now=NOW)


@pytest.fixture(autouse=True)
def the_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.mark.parametrize("unix", [False, True])
def test_clamd_says_what_it_found_over_tcp_and_a_local_socket(tmp_path, unix):
    with clamd(tmp_path if unix else None) as (scanner, server):
        clean = scanner.scan(b"%PDF-1.7 " + b"x" * 200_000)
        assert (clean.threat, clean.engine.split("/")[0]) == ("", "ClamAV 1.4.2")
        assert scanner.scan(EICAR).threat == "Eicar-Signature"
        assert server.seen[0] == b"%PDF-1.7 " + b"x" * 200_000


@pytest.mark.parametrize(
    "answer", [b"stream: something ERROR\0", b"", b"stream: OK but\0", b"UNKNOWN COMMAND\0", b"OK FOUND it\0"]
)
def test_an_answer_that_is_not_plain_is_no_answer(answer):
    with clamd(answer=answer) as (scanner, _), pytest.raises(ScannerUnavailable):
        scanner.scan(b"abc")


def test_a_stream_that_is_too_long_is_not_called_clean():
    with clamd(limit=100_000) as (scanner, _), pytest.raises(ScannerUnavailable):
        scanner.scan(b"x" * 3_000_000)


def test_nobody_there_is_no_answer(tmp_path):
    for address in (f"unix://{tmp_path}/absent", "tcp://127.0.0.1:1", "http://127.0.0.1"):
        with pytest.raises(ScannerUnavailable):
            Clamd(address, seconds=1).scan(b"abc")


def test_what_waits_is_decided_and_a_threat_stays_in(world):
    good, bad = kept(world, b"%PDF-1.7 bon"), kept(world, EICAR)
    with clamd() as (scanner, _):
        done = scan_waiting(scanner, now=NOW)
    assert (done.clean, done.refused, done.unavailable) == (1, 1, "")
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, good.scanned_by.split("/")[0], good.scanned_at) == ("clean", "ClamAV 1.4.2", NOW)
    assert (bad.state, bad.threat) == ("refused", "Eicar-Signature")
    assert may_leave(good.state, Guard.SCANNER)
    for standing in Guard:
        assert not may_leave(bad.state, standing)


def test_clamd_stopped_leaves_everything_in_quarantine_and_its_return_takes_it_up(world):
    kept(world, b"%PDF-1.7 a"), kept(world, b"%PDF-1.7 b")
    with clamd() as (scanner, _):
        pass
    done = scan_waiting(scanner, now=NOW)
    assert done.unavailable
    assert set(StoredFile.objects.values_list("state", flat=True)) == {"quarantine"}
    assert not may_leave("quarantine", Guard.SCANNER)
    assert not may_leave("quarantine", Guard.CLOSED)
    with clamd() as (scanner, _):
        assert scan_waiting(scanner, now=NOW).clean == 2


def test_a_piece_whose_bytes_changed_is_never_called_clean(world, settings):
    file = kept(world, b"%PDF-1.7 bon")
    (Path(settings.MEDIA_ROOT) / file.location).write_bytes(b"%PDF-1.7 bad")
    with clamd() as (scanner, _):
        assert scan_waiting(scanner, now=NOW).damaged == 1
    file.refresh_from_db()
    assert file.state == "quarantine"


def test_the_database_refuses_a_state_nobody_decided(world):
    """Planted fault: code that would open a piece without a scanner."""
    file = kept(world, b"%PDF-1.7 bon")
    with pytest.raises(IntegrityError, match="file_decided_by_a_scanner"), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(state="clean")


def test_the_setting_says_what_stands_before_the_pieces():
    assert [guard(text) for text in ("", "none", "tcp://x:3310")] == [Guard.CLOSED, Guard.UNGUARDED, Guard.SCANNER]
    assert may_leave("quarantine", Guard.UNGUARDED)
