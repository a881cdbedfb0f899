"""Received pieces: what they are is read in their bytes; where they go says nothing; what is damaged is never given out."""

import io
import zipfile
from types import SimpleNamespace

import pytest

from levier.files import values
from levier.files.actions import receive
from levier.files.models import StoredFile
from levier.files.queries import FileDamaged, content_of
from levier.files.values import FileRefusal, media_type, read_piece, shown_name
from levier.foundation.objections import Refusal
from tests.world import NOW

SENDER = SimpleNamespace(user_id=None, organisation_id=None)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"


def archive(*members: tuple[str, bytes], stored: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as bag:
        for name, content in members:
            bag.writestr(name, content)
    return buffer.getvalue()


XLSX = archive(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>"))
ODS = archive(("mimetype", values.ODS.encode()), ("content.xml", b"<x/>"), stored=True)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, values.PDF),
        (b"\x89PNG\r\n\x1a\n\x00\x00", values.PNG),
        (b"\xff\xd8\xff\xe0JFIF", values.JPEG),
        (XLSX, values.XLSX),
        (ODS, values.ODS),
        ("nom;heures\nDurand;151,67\n".encode("utf-8-sig"), values.CSV),
        ("prénom;heures\nÉloïse;12\n".encode("cp1252"), values.CSV),
    ],
)
def test_the_kind_is_read_in_the_bytes(content, kind):
    assert media_type(content) == kind
    assert read_piece(content, "piece.exe", largest=10_000).media_type == kind


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00",
        b"\x7fELF\x02",
        b"<html><script>alert(1)</script>;",
        b"  <svg xmlns='x' onload=';'/>",
        b"#!/bin/sh;\n",
        archive(("word/document.xml", b"<w/>"), ("[Content_Types].xml", b"<Types/>")),
        archive(("evil.sh", b"rm")),
        archive(("mimetype", b"application/vnd.oasis.opendocument.text"), stored=True),
        b"GIF89a\x01\x00;",
        b"un texte sans colonne",
        b"a;b\x00c",
    ],
)
def test_other_kinds_are_refused_with_what_to_do(content):
    with pytest.raises(Refusal) as refusal:
        read_piece(content, "relevé.pdf", largest=10_000)
    assert refusal.value.objections[0].code is FileRefusal.UNKNOWN_KIND
    assert "Joignez un PDF" in refusal.value.sentences[0]


def test_empty_large_and_macros():
    for content, name, code in (
        (b"", "vide.pdf", FileRefusal.EMPTY),
        (PDF + b"x" * 10_000, "gros.pdf", FileRefusal.TOO_LARGE),
        (
            archive(("[Content_Types].xml", b""), ("xl/workbook.xml", b""), ("xl/vbaProject.bin", b"")),
            "m.xlsm",
            FileRefusal.WITH_MACROS,
        ),
    ):
        with pytest.raises(Refusal) as refusal:
            read_piece(content, name, largest=10_000)
        assert refusal.value.objections[0].code is code


def test_the_shown_name_is_no_path():
    assert shown_name("../../etc/passwd") == "passwd"
    assert shown_name("C:\\bulletins\\mars.pdf") == "mars.pdf"
    assert shown_name("a\r\nSet-Cookie: x.pdf") == "aSet-Cookie: x.pdf"
    assert shown_name("\x00") == "piece"
    assert len(shown_name("é" * 900)) == 200


@pytest.mark.django_db
def test_received_bytes_wait_in_quarantine_under_a_name_that_says_nothing(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    stored = receive(actor=SENDER, received=read_piece(PDF, "Salaire Durand.pdf", largest=10_000), now=NOW)
    assert stored.state == "quarantine"
    assert "Durand" not in stored.location
    assert content_of(stored) == PDF
    assert (tmp_path / stored.location).stat().st_size == stored.size


@pytest.mark.django_db
def test_damaged_or_missing_bytes_are_never_given_out(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    stored = receive(actor=SENDER, received=read_piece(PDF, "a.pdf", largest=10_000), now=NOW)
    (tmp_path / stored.location).write_bytes(PDF.replace(b"1.7", b"1.6"))
    with pytest.raises(FileDamaged):
        content_of(stored)
    (tmp_path / stored.location).unlink()
    with pytest.raises(FileDamaged):
        content_of(stored)


@pytest.mark.django_db
def test_when_the_row_cannot_be_written_no_byte_remains(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path

    def fail(**_facts):
        raise RuntimeError("base pleine")

    monkeypatch.setattr(StoredFile.objects, "create", fail)
    with pytest.raises(RuntimeError):
        receive(actor=SENDER, received=read_piece(PDF, "a.pdf", largest=10_000), now=NOW)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
