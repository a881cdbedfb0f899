"""A sample of each figure at every run; the whole of it is one command (docs/fiabilite.md)."""

import logging

import pytest

from levier.reference.actions import load_published
from tests.matrix.universe import two_universes
from tests.reliability import fields, formulas, mail
from tests.world import NOW


def test_what_is_written_in_tables_comes_back_as_it_was_typed():
    texts = formulas.payloads(600, seed=2)
    assert formulas.bad_in_workbook(formulas.workbook_of(texts), texts) == []
    assert formulas.bad_in_csv(formulas.csv_of(texts), texts) == []
    hostile = [text for text in texts if text.startswith("=")]
    assert formulas.bad_in_workbook(formulas.careless_workbook_of(hostile), hostile)
    assert formulas.bad_in_csv(formulas.careless_csv_of(hostile), hostile)


def test_the_mail_server_of_the_figure_troubles_its_senders():
    """The figure itself needs processes to kill; here, that its server refuses, cuts and counts."""
    import smtplib

    taken = refused = cut = 0
    with mail.MailServer(seed=3) as server:
        for number in range(60):
            with smtplib.SMTP("127.0.0.1", server.server_address[1]) as talk:
                try:
                    talk.sendmail("a@exemple.test", ["b@exemple.test"], f"Message-ID: <{number}@essai>\r\n\r\nx")
                    taken += 1
                except smtplib.SMTPResponseException:
                    refused += 1
                except smtplib.SMTPServerDisconnected:
                    cut += 1
        server.shutdown()
    assert taken
    assert refused
    assert cut
    assert taken <= sum(server.taken.values())


@pytest.mark.django_db
def test_every_column_is_read_and_written_by_those_it_is_for(settings, tmp_path):
    logging.disable(logging.CRITICAL)
    settings.MEDIA_ROOT = tmp_path
    load_published(NOW)
    pair = two_universes()
    marks, _ = fields.mark_columns()
    forms: set[fields.Form] = set()
    shown, answers, broken = fields.read_everything(pair, marks, forms, labels=("A",))
    kept, sent, effective = fields.write_everything(pair, forms)
    logging.disable(logging.NOTSET)
    assert not shown, "\n".join(sorted(shown))
    assert not broken
    assert not kept
    assert (len(marks) >= 50, answers >= 500, sent >= 150, effective >= 40) == (True,) * 4
    assert all(fields.planted_faults(pair, marks).values())
