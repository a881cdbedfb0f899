"""The anchor kept outside the database sees what chains and views cannot: a tail cut off, everything written again, rows dated back."""

import json
import shutil
import subprocess
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection

from levier.commands.anchor import anchor, canonical, differences, grown_tables, take
from levier.commands.verify import verify
from levier.commitments.actions import waive_hours
from levier.hours.actions import accept_line
from tests.reliability.authority import authority_in
from tests.world import NOW


@pytest.fixture
def ledger(world):
    commitment = world.commitment(world.contract())
    for number in range(4):
        line = world.sent_line(commitment, world.placement(world.person(f"Nom{number}"), commitment))
        accept_line(actor=world.actors["near"], line_public_id=line.public_id, now=NOW)
    waive_hours(
        actor=world.actors["mission"], commitment_id=commitment.public_id, hours=Decimal(5), reason="Chantier", now=NOW
    )
    return world


def owner(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        for sql in statements:
            cursor.execute(sql)
        cursor.execute("SET session_replication_role = origin")


LATER = NOW + timedelta(hours=1)


def test_the_tables_that_only_grow_are_found_by_their_trigger(db):
    assert {"hours_ledgerentry", "compliance_certificate", "audit_journalentry", "commitments_duemovement"} <= set(
        grown_tables()
    )
    assert "participants_eligibilityground" not in grown_tables(), "it may be erased"


def test_nothing_has_changed_and_what_is_added_since_is_no_fault(ledger):
    said = take(LATER)
    assert differences(said) == []
    commitment = ledger.commitment(ledger.contract("2026-0200"))
    line = ledger.sent_line(commitment, ledger.placement(ledger.person("Suite"), commitment))
    accept_line(actor=ledger.actors["near"], line_public_id=line.public_id, now=LATER)
    assert differences(take(LATER)) == []
    assert [one for one in differences(said) if "antidatées" not in one] == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM hours_ledgerentry WHERE id = (SELECT max(id) FROM hours_ledgerentry)", "3 lignes au lieu de 4"),
        ("UPDATE commitments_hourswaiver SET hours = 6", "commitments_hourswaiver : contenu modifié"),
        ("UPDATE audit_journalentry SET actor_label = 'personne'", "audit_journalentry : contenu modifié"),
        ("DELETE FROM audit_journalentry", "0 lignes"),
        ("UPDATE hours_ledgerentry SET hash = sha256(hash)", "hours_ledgerentry : contenu modifié"),
        (
            (
                "INSERT INTO commitments_hourswaiver (commitment_id, hours, reason, decided_by_label, at)"
                " SELECT commitment_id, 1, 'x', 'x', at FROM commitments_hourswaiver"
            ),
            "antidatées",
        ),
    ],
)
def test_what_the_owner_of_the_database_did_is_seen(ledger, sql, said):
    before = take(LATER)
    owner(sql)
    assert said in " ".join(differences(before))


def test_an_anchor_that_was_changed_is_no_anchor(ledger):
    said = take(LATER)
    said["tables"]["hours_ledgerentry"]["rows"] = 3
    assert differences(said) == ["l’ancre elle-même a été modifiée"]


def test_the_commands(ledger, tmp_path: Path, monkeypatch):
    file = tmp_path / "ancre.json"
    assert CliRunner().invoke(anchor, ["--out", str(file)]).exit_code == 0
    well = CliRunner().invoke(verify, ["--anchor", str(file)])
    assert (well.exit_code, "Conforme à l’ancre" in well.output) == (0, True), well.output
    owner("DELETE FROM commitments_hourswaiver", "UPDATE commitments_commitment SET waived_hours = 0")
    assert CliRunner().invoke(verify, []).exit_code == 0, "without the anchor nothing is seen"
    seen = CliRunner().invoke(verify, ["--anchor", str(file), "--json"])
    assert seen.exit_code == 1
    assert "commitments_hourswaiver : 0 lignes au lieu de 1" in json.dumps(json.loads(seen.output), ensure_ascii=False)
    file.write_text("[]", encoding="utf-8")
    assert CliRunner().invoke(verify, ["--anchor", str(file)]).exit_code == 1
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert "openssl n’est pas là" in CliRunner().invoke(anchor, ["--out", str(file)]).output


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not there")
def test_an_authority_dates_the_anchor_and_openssl_says_so(ledger, tmp_path: Path):
    config, certificate = authority_in(tmp_path)
    file = tmp_path / "ancre.json"
    done = CliRunner().invoke(anchor, ["--out", str(file), "--tsa-config", str(config)])
    assert done.exit_code == 0, done.output
    words = ["--anchor", str(file), "--tsa-ca", str(certificate)]
    assert CliRunner().invoke(verify, words).exit_code == 0
    outside = subprocess.run(
        ["openssl", "ts", "-verify", "-data", str(file), "-in", f"{file}.tsr", "-CAfile", str(certificate)],
        capture_output=True,
        check=False,
    )
    assert outside.returncode == 0
    said = json.loads(file.read_text())
    said["made_at"] = LATER.isoformat()
    file.write_bytes(canonical(said))
    assert "ne date pas cette ancre" in CliRunner().invoke(verify, words).output
