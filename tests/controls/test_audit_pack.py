"""The audit pack: the same books give the same bytes, it checks itself again, and any change is seen."""

import hashlib
import io
import json
import subprocess
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings as django_settings
from django.urls import reverse

from levier.audit.models import JournalEntry, PersonRead
from levier.commands.audit_pack import audit_pack as command
from levier.compliance.sealing import key_name, public_key, sign_text
from levier.controls import actions, penalty_actions
from levier.controls.pack import audit_pack
from levier.controls.pack_checking import MANIFEST, SIGNATURE, NotAPack, check_pack
from levier.controls.penalty_actions import Rate
from levier.controls.values import CaseKind
from levier.documents.actions import issue_certificate
from levier.files.actions import receive
from levier.files.values import Received
from levier.foundation.archives import steady_zip
from levier.foundation.objections import NotForYou
from levier.hours.actions import accept_line
from levier.hours.models import Evidence
from levier.reference.actions import load_published
from levier.web import clock
from tests.world import NOW, SECRET_CRITERION, World

pytestmark = pytest.mark.django_db
NAME = "CANARI-NOM"


@pytest.fixture
def commitment(world: World, settings, tmp_path: Path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr(clock, "now", lambda: NOW)
    load_published(NOW)
    commitment = world.commitment(world.contract(), due="150.00")
    placement = world.placement(world.person(NAME), commitment)
    for month, hours in ((9, "60.00"), (10, "60.00")):
        line = world.sent_line(commitment, placement, month=date(2026, month, 1), hours=hours)
        accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    piece = receive(
        actor=world.actors["company"],
        received=Received(b"%PDF-1.4 x", "application/pdf", f"feuille-{NAME}.pdf"),
        now=NOW,
    )
    Evidence.objects.create(statement=line.statement, file=piece)
    mission = world.actors["mission"]
    case = actions.open_case(
        actor=mission, commitment_id=commitment.public_id, kind=CaseKind.OUTSTANDING, ground="Il manque 30 h.", now=NOW
    )
    penalty_actions.propose(
        actor=mission, case_id=case.public_id, rate=Rate(Decimal(200), "CCAP, 9.3"), reason="Manque.", now=NOW
    )
    issue_certificate(actor=mission, commitment_id=commitment.public_id, now=NOW)
    return commitment


def taken(world: World, commitment, who="mission", *, with_names=False) -> bytes:
    return audit_pack(
        actor=world.actors[who], commitment_id=commitment.public_id, with_names=with_names, now=NOW
    ).content


def files_in(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_one_click_gives_the_same_bytes_and_they_check(world: World, commitment, tmp_path):
    first = taken(world, commitment)
    assert taken(world, commitment) == first
    assert taken(world, commitment, "near") == first
    report = check_pack(first, key=key_name(public_key(django_settings.MASTER_KEY)))
    assert (report.faults, report.entries, report.certificates) == ((), 2, 1)
    assert set(files_in(first)) >= {
        "index.html", "chronologie.csv", "registre.json", "registre.csv", "releves.csv", "pieces.csv", "decisions.json",
        "lettres/L-2026-0001-reminder.pdf", "lettres/L-2026-0002-proposal.docx", "attestations/2026-0001.pdf", MANIFEST, SIGNATURE,
    }  # fmt: skip
    # The oracle is sha256sum, not us.
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        archive.extractall(tmp_path / "out")
    done = subprocess.run(
        ["sha256sum", "-c", "--quiet", MANIFEST], cwd=tmp_path / "out", capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_it_names_nobody_without_the_right_and_journals_who_takes_names(world: World, commitment):
    bare = b"".join(files_in(taken(world, commitment)).values())
    for word in (NAME, SECRET_CRITERION, "Samira", "1998-03"):
        assert word.encode() not in bare
    assert not PersonRead.objects.exists()
    named = files_in(taken(world, commitment, "near", with_names=True))
    assert NAME in named["personnes.csv"].decode()
    assert NAME in named["pieces.csv"].decode()
    assert SECRET_CRITERION.encode() not in b"".join(named.values())
    assert PersonRead.objects.get().purpose == "audit"
    assert JournalEntry.objects.filter(action="audit_pack.taken").count() == 2


def test_who_may_take_it(world: World, commitment):
    assert taken(world, commitment, "buyer")
    with pytest.raises(NotForYou):
        taken(world, commitment, "buyer", with_names=True)
    for who in ("company", "rival", "far", "stranger_buyer"):
        with pytest.raises(NotForYou):
            taken(world, commitment, who)
    for name in ("company", "rival", "far", "stranger_buyer"):
        for page in ("audit-pack", "audit-pack-zip"):
            assert world.client(name).get(reverse(page, args=[commitment.public_id])).status_code == 404, (name, page)
        assert world.client(name).post(reverse("audit-pack", args=[commitment.public_id])).status_code == 404, name


def test_one_click_makes_a_copy_says_so_and_starts_its_download(world: World, commitment, monkeypatch):
    page, file = (reverse(name, args=[commitment.public_id]) for name in ("audit-pack", "audit-pack-zip"))
    client = world.client("mission")
    assert "Aucune pour l’instant" in client.get(page).content.decode()
    assert client.get(file).status_code == 303, "nothing was made yet"
    made = client.post(page, {"names": "1"})
    assert (made.status_code, made["Location"]) == (303, f"{page}?fait=1")
    shown = client.get(made["Location"])
    assert shown["Refresh"] == f"0; url={file}"
    assert "Le dossier est prêt" in shown.content.decode()
    assert "Avec les noms" in shown.content.decode()
    first, again = client.get(file), client.get(file)
    assert (first["Content-Type"], first.content) == ("application/zip", again.content)
    lines = JournalEntry.objects.filter(action="audit_pack.taken")
    assert [line.facts["sha256"] for line in lines] == [hashlib.sha256(first.content).hexdigest()], (
        "what left is what is journaled"
    )
    assert NAME in files_in(first.content)["personnes.csv"].decode()
    buyer = world.client("buyer").get(page).content.decode()
    assert "Le dossier est prêt" not in buyer, "another person's copy is not theirs to take"
    assert world.client("buyer").get(file).status_code == 303
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=15))
    assert "Le dossier est prêt" not in client.get(page).content.decode()
    assert client.get(file).status_code == 303


def test_books_that_move_before_the_copy_leaves_make_it_another_copy(world: World, commitment):
    page, file = (reverse(name, args=[commitment.public_id]) for name in ("audit-pack", "audit-pack-zip"))
    client = world.client("mission")
    client.post(page)
    actions.open_case(
        actor=world.actors["mission"], commitment_id=commitment.public_id, kind=CaseKind.PIECES, ground="Tiré.", now=NOW
    )
    left = hashlib.sha256(client.get(file).content).hexdigest()
    lines = JournalEntry.objects.filter(action="audit_pack.taken").order_by("pk")
    assert [line.facts["sha256"] == left for line in lines] == [False, True]


def resigned(files: dict[str, bytes], key: bytes = b"\x09" * 32) -> bytes:
    """As a forger would: everything hashed and signed again, with a key of their own."""
    parts = sorted((name, content) for name, content in files.items() if name not in {MANIFEST, SIGNATURE})
    manifest = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in parts).encode()
    public = public_key(key)
    signature = f"Clé : {key_name(public)}\nClé publique Ed25519 : {public}\nSignature du manifeste : {sign_text(manifest, master_key=key)}\n"
    return steady_zip([*parts, (MANIFEST, manifest), (SIGNATURE, signature.encode())])


def changed(name: str, old: str, new: str):
    def edit(files: dict[str, bytes]) -> None:
        assert old.encode() in files[name], name
        files[name] = files[name].replace(old.encode(), new.encode(), 1)

    return edit


def without(name: str):
    return lambda files: files.pop(name)


def added(files: dict[str, bytes]) -> None:
    files["de-plus.txt"] = b"x"


EDITS = [
    changed("registre.json", "|60.00|", "|90.00|"),
    changed("releves.csv", "60.00", "90.00"),
    changed("decisions.json", '"amount": "6000.00"', '"amount": "60.00"'),
    changed("attestations/2026-0001.json", '"accepted": "120.00"', '"accepted": "150.00"'),
    changed("chronologie.csv", "mission", "company"),
    without("registre.json"),
    without("pieces.csv"),
    without("lettres/L-2026-0001-reminder.pdf"),
    added,
    changed(MANIFEST, "index.html", "autre.html"),
    changed(SIGNATURE, "Clé publique", "Clé publiqe"),
]


@pytest.mark.parametrize("number", range(len(EDITS)))
def test_any_change_is_seen(world: World, commitment, number):
    files = files_in(taken(world, commitment))
    EDITS[number](files)
    assert check_pack(steady_zip(files.items())).faults


@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_change_hashed_and_signed_again_by_a_forger_is_still_seen(world: World, commitment, number):
    files = files_in(taken(world, commitment))
    EDITS[number](files)
    assert check_pack(resigned(files)).faults, "the chain, the certificate and the arithmetic do not follow"


def test_a_forger_who_changes_what_nothing_binds_is_seen_by_the_name_of_the_key(world: World, commitment):
    files = files_in(taken(world, commitment))
    files["releves.csv"] = files["releves.csv"].replace(b"60.00", b"90.00")
    forged = resigned(files)
    assert check_pack(forged).faults == (), "without the expected key, nothing tells: the page says to compare its name"
    assert "autre clé" in check_pack(forged, key=key_name(public_key(django_settings.MASTER_KEY))).faults[0]


@pytest.mark.parametrize("content", [b"", b"PK", b"%PDF", steady_zip([("a", b"b")])])
def test_what_is_no_pack(content):
    with pytest.raises(NotAPack):
        check_pack(content)


def test_the_command(world: World, commitment, tmp_path):
    file = tmp_path / "pack.zip"
    file.write_bytes(taken(world, commitment))
    well = CliRunner().invoke(command, ["verify", str(file), "--json"])
    assert (well.exit_code, json.loads(well.output)["faults"]) == (0, [])
    assert "entier et juste" in CliRunner().invoke(command, ["verify", str(file)]).output
    file.write_bytes(file.read_bytes()[:-40])
    assert CliRunner().invoke(command, ["verify", str(file)]).exit_code == 2
    files = files_in(taken(world, commitment))
    added(files)
    file.write_bytes(steady_zip(files.items()))
    assert CliRunner().invoke(command, ["verify", str(file)]).exit_code == 1
