"""R15: a thousand messages through a mail server that refuses, cuts and falls silent, by senders that are killed: none is lost.

Those to an address that does not exist are shown to the mission at the first attempt. The oracle is the server's own list of what it took. Senders are real `levier notify send` processes, ended by SIGKILL at random
moments; between two of them the clock of the rows that wait is moved on, as if the time until the next attempt had passed.
"""

import os
import random
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from typing import Any

from tests.reliability.figure import Figure

N = 1_000
REFUSED, CUT = 0.20, 0.05
"""Shares of the messages."""
TAKEN_THEN_CUT = 10
"""One cut in so many comes after the message was taken, by count and not by dice: no sender can know (RFC 1047), each is a duplicate.
Of a dialogue of six to eight turns, a line that goes at any instant meets the half turn between the taking and the yes once in twelve to sixteen.
"""
SILENT_EVERY, SILENCE = 400, 30
"""One message in so many is answered by nothing for half a minute: every other one had been taken, and a late yes follows."""
NOBODY = 100
"""One message in so many, beside the others, is to an address that the server says does not exist."""
MOST_ROUNDS = 400
MOST_HEARD = 60
"""Messages that a sender hands over at most before it is killed."""
SEND = (str(Path(sys.executable).with_name("levier")), "notify", "send", "--most", "100000")
CARELESS = (sys.executable, "-m", "tests.reliability.mail")
"""The planted fault: a sender that ticks the row first and hands the message over afterwards."""


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks enough SMTP; throws the dice at the end of each message. `taken` counts the Message-IDs that it took, `unsaid` holds
    those that it took at least once and cut the line instead of saying so.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.dice, self.taken, self.lock = random.Random(seed), Counter(), threading.Lock()
        self.heard = self.cuts = 0
        self.troubles: Counter[str] = Counter()
        self.unsaid: set[str] = set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def decide(self, content: bytes) -> str:
        """`taken`, `refused`, `cut` (the message was taken or not, the sender cannot know), `late` (taken) or `silent` (not taken)."""
        with self.lock:
            self.heard += 1
            thrown = self.dice.random()
            said = "refused" if thrown < REFUSED else "cut" if thrown < REFUSED + CUT else "taken"
            if self.heard % SILENT_EVERY == 0:
                said = "late" if self.heard // SILENT_EVERY % 2 else "silent"
            self.cuts += said == "cut"
            unsaid = said == "cut" and self.cuts % TAKEN_THEN_CUT == 0
            if unsaid or said in {"taken", "late"}:
                name = message_from_bytes(content)["Message-ID"]
                self.taken[name] += 1
                if unsaid:
                    self.unsaid.add(name)
            self.troubles["cut after it was taken" if unsaid else said] += 1
            return said


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        try:
            self._talk()
        except (ConnectionError, BrokenPipeError):
            self.server.troubles["sender gone"] += 1

    def _talk(self) -> None:
        self._say("220 essai")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self._say("354 allez")
                content = bytearray()
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    content += part
                if not part:
                    return  # the sender died in the middle of its message: it was not taken
                if not self._answered(self.server.decide(bytes(content))):
                    return
            elif word == b"RCPT" and b"<personne" in line:
                self._say("550 5.1.1 personne ici")
            elif word == b"QUIT":
                self._say("221 au revoir")
                return
            else:
                self._say("250 oui")

    def _answered(self, decided: str) -> bool:
        """False when the line goes without a word."""
        if decided in {"late", "silent"}:
            time.sleep(SILENCE)
        if decided in {"cut", "silent"}:
            return False
        self._say("451 revenez plus tard" if decided == "refused" else "250 pris")
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


def run(n: int, seed: int, _copy: object = None) -> dict[str, Any]:
    figure = Figure(n)
    lost, duplicates, told = _run(n, seed, SEND)
    figure.found = {"lost": lost, "duplicates": duplicates, **told}
    shown = told["undeliverable_shown_at_the_first_attempt"] == told["undeliverable"]
    figure.met = lost == 0 and duplicates <= n * 0.01 and shown and told["kills_that_landed"] >= min(20, n // 20)
    few = min(n, 150)
    careless, _, _ = _run(few, seed + 1, CARELESS)
    figure.planted = {f"a sender that ticks first loses some of {few}": careless > 0}
    return figure.told()


def _run(n: int, seed: int, command: tuple[str, ...]) -> tuple[int, int, dict[str, object]]:
    """Messages lost, taken more than once, and how it went."""
    from django.utils import timezone

    from levier.notifications.actions import queue
    from levier.notifications.models import Message
    from levier.notifications.queries import messages_in

    Message.objects.all().delete()
    nobody = n // NOBODY
    for name in [f"p{number}" for number in range(n)] + [f"personne{number}" for number in range(nobody)]:
        queue(dedupe_key=f"essai-{seed}-{name}", kind="essai", to=f"{name}@exemple.test", subject=f"Essai {name}", body="Essai.", now=timezone.now())  # fmt: skip
    waiting = Message.objects.filter(sent_at=None, given_up_at=None)
    dice, kills, rounds = random.Random(seed), 0, 0
    with MailServer(seed) as server:
        environment = os.environ | {"LEVIER_SMTP": server.address}
        while waiting.exists() and rounds < MOST_ROUNDS:
            rounds += 1
            waiting.update(next_attempt_at=timezone.now(), attempts=0)
            kills += _send_and_kill(command, environment, dice, server)
        server.shutdown()
        ids = server.taken
        twice = {name for name, count in ids.items() if count > 1}
        told = {
            "twice_because_the_line_was_cut_after_taking": len(twice & server.unsaid),
            "twice_because_the_sender_died_before_its_tick": len(twice - server.unsaid),
            "kills_that_landed": kills, "senders": rounds, "troubles": dict(server.troubles),
            "still_waiting": waiting.count(), "undeliverable": nobody,
            "undeliverable_shown_at_the_first_attempt": messages_in("given_up").filter(attempts=1).count(),
        }  # fmt: skip
        return n - len(ids), sum(count - 1 for count in ids.values()), told


def _send_and_kill(
    command: tuple[str, ...], environment: dict[str, str], dice: random.Random, server: MailServer
) -> bool:
    """One sender, killed a moment after it handed over some messages, often one or two; True when the kill met a process at work."""
    until_heard = server.heard + min(dice.randrange(1, MOST_HEARD), dice.randrange(1, MOST_HEARD))
    sender = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 120
    while server.heard < until_heard and sender.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(dice.uniform(0.0, 0.25))
    if sender.poll() is not None:
        return False
    sender.send_signal(signal.SIGKILL)
    return sender.wait() == -signal.SIGKILL


def _careless() -> None:
    """What the outbox is there to prevent."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levier.settings")
    import django

    django.setup()
    from django.utils import timezone

    from levier.notifications.models import Message
    from levier.notifications.transport import by_mail

    for message in Message.objects.filter(sent_at=None):
        message.sent_at, message.attempts = timezone.now(), 1
        message.save()
        try:
            by_mail(message)
        except OSError:
            continue  # the fault itself: the refusal is forgotten


if __name__ == "__main__":
    _careless()
