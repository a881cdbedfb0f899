"""When setting up fails, one plain French sentence says what to do: what pip, uv, npm and the system really print, and what becomes of it."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from tools.setup import steps
from tools.setup.steps import Refusal, meaning, refuse_full_disk, sentence_of

NETWORK = "Le registre des paquets ne répond pas"
DISK = "Le disque est plein"
READ_ONLY = "lecture seule"
OWNER = "ne peut pas être écrit par ce compte"
FALSE = "n’est pas celui que le verrou attend"
PRINTED = {
    "pip, port closed": ("ERROR: No matching distribution found for uv==0.13.9", NETWORK),
    "pip, name unknown": ("Failed to establish a new connection: [Errno -2] Name or service not known", NETWORK),
    "uv, port closed": ("error: Failed to fetch: `http://127.0.0.1:9/simple/django/`\n  Caused by: tcp connect error", NETWORK),
    "uv, no name server": ("  Caused by: dns error: failed to lookup address information", NETWORK),
    "npm, port closed": ("npm error code ECONNREFUSED\nnpm error syscall connect", NETWORK),
    "npm, name unknown": ("npm error code EAI_AGAIN\nnpm error syscall getaddrinfo", NETWORK),
    "npm, slow": ("npm error code ETIMEDOUT", NETWORK),
    "pip, disk": ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", DISK),
    "npm, disk": ("npm error code ENOSPC", DISK),
    "uv, read-only": ("error: failed to create directory: Read-only file system (os error 30)", READ_ONLY),
    "npm, read-only": ("npm error code EROFS", READ_ONLY),
    "npm, other owner": ("npm error code EACCES", OWNER),
    "uv, other owner": ("error: failed to open file: Permission denied (os error 13)", OWNER),
    "pip, altered package": ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", FALSE),
    "uv, altered package": ("error: Hash mismatch for `django==6.1.3`", FALSE),
    "npm, altered package": ("npm error code EINTEGRITY", FALSE),
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_log(tmp_path, monkeypatch):
    monkeypatch.setattr(steps, "LOG", tmp_path / "setup.log")


@pytest.mark.parametrize("case", PRINTED)
def test_what_a_tool_prints_becomes_one_sentence(case):
    printed, words = PRINTED[case]
    with pytest.raises(Refusal) as refused:
        steps.run([sys.executable, "-c", "import sys; print(sys.argv[1]); sys.exit(1)", printed], failure="Échec.")
    assert words in str(refused.value)
    assert "Échec" not in str(refused.value)
    assert printed.splitlines()[0] in steps.LOG.read_text(encoding="utf-8")


def test_an_unknown_failure_says_what_was_being_done_and_where_the_detail_is():
    with pytest.raises(Refusal, match=r"Les paquets n’ont pas pu être installés\. Le détail est dans .*setup\.log"):
        steps.run([sys.executable, "-c", "raise SystemExit(3)"], failure="Les paquets n’ont pas pu être installés.")
    assert meaning("something nobody has seen") is None


def test_a_tool_that_keeps_silent_on_a_full_disk_is_understood(monkeypatch):
    monkeypatch.setattr(steps, "NO_ROOM", 10**18)
    with pytest.raises(Refusal, match="Le disque est plein"):
        steps.run([sys.executable, "-c", "raise SystemExit(1)"], failure="Échec.")


def test_an_absent_program_and_a_silent_one():
    with pytest.raises(Refusal, match="est introuvable"):
        steps.run(["no-such-program"], failure="Échec.")
    with pytest.raises(Refusal, match="sans réponse"):
        steps.run([sys.executable, "-c", "import time; time.sleep(60)"], failure="Échec.", timeout=1)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disque est plein"),
        (errno.EDQUOT, "disque est plein"),
        (errno.EROFS, "lecture seule"),
        (errno.EACCES, "pas le droit d’écrire"),
        (errno.EPERM, "pas le droit d’écrire"),
        (errno.ENOTDIR, "Un dossier manque"),
        (errno.EIO, "avec le code 5"),
    ],
)
def test_what_the_system_refuses_is_said(number, words):
    sentence = sentence_of(OSError(number, "in English", "/folder"))
    assert words in sentence
    assert "English" not in sentence


def test_a_disk_without_room_is_refused_before_anything_starts(tmp_path):
    with pytest.raises(Refusal, match="libérez de la place"):
        refuse_full_disk(tmp_path, 10**18)
    refuse_full_disk(tmp_path, 1)


@pytest.mark.parametrize("target", ["setup", "demo", "check"])
def test_a_folder_that_cannot_be_written_is_one_sentence(target, tmp_path):
    """The state folder is put where a file stands: even root cannot make it."""
    (tmp_path / "file").touch()
    done = subprocess.run(
        [sys.executable, "-m", "tools.setup", target],
        cwd=Path(__file__).resolve().parents[2],
        env={"PATH": "/usr/bin:/bin", "LEVIER_STATE": str(tmp_path / "file" / "state"), "ARGS": "--no-tests"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip().startswith("Un dossier manque, ou autre chose est à sa place")
    assert len(done.stderr.strip().splitlines()) == 1
