"""The rows of the hours to accept: what was typed by people is escaped wherever it stands, and each row keeps the page's filters."""

from dataclasses import replace

from django.http import QueryDict
from django.urls import reverse

from levier.web.review_rows import Row, drawn

ID, OTHER = "01k0000000000000000000000a", "01k0000000000000000000000b"
ROW = Row(ID, "Belkacem Samira", "Bâti Essai · Collège", "120.00", "120,00", "+10,00", "151,67", False, ())
HOSTILE = """<i>"&'{id}</i>"""


def test_a_row_says_what_it_was_given():
    said = drawn([ROW], QueryDict("mois=2026-10&vue=doutes&ligne=x&page=3"), "")
    assert 'data-row="120.00"' in said
    assert '<span class="cell-sub">+10,00</span>' in said
    assert ">151,67</td>" in said
    assert "Concorde" in said
    assert f'href="?mois=2026-10&amp;vue=doutes&amp;ligne={ID}#piece"' in said
    assert f'href="{reverse("line-refuse", args=[ID])}"' in said
    assert "is-on" not in said


def test_the_row_beside_the_list_is_marked_and_only_that_one():
    said = drawn([ROW, replace(ROW, id=OTHER)], QueryDict(), OTHER)
    assert said.count("is-on") == 1
    assert f'class="is-on" id="l-{OTHER}"' in said
    assert f'href="?ligne={ID}#piece"' in said


def test_what_people_typed_is_escaped_everywhere():
    said = drawn([replace(ROW, name=HOSTILE, where=HOSTILE)], QueryDict(mutable=False, query_string="mois=<i>"), "")
    assert "<i>" not in said
    assert said.count("&lt;i&gt;&quot;&amp;&#x27;{id}&lt;/i&gt;") == 6, "five times the name, once the place"


def test_doubts_and_the_absence_of_a_payslip():
    doubts = (("Contesté par la personne", True), ("Mêmes heures", False))
    said = drawn([replace(ROW, doubts=doubts, worked="", pieces=True, change="")], QueryDict(), "")
    assert "Concorde" not in said
    assert f'<a href="{reverse("contests")}">Contesté par la personne</a>' in said
    assert "Mêmes heures</span>" in said
    assert '<span class="muted">idem</span>' in said
    assert '<span class="muted">—</span>' in drawn([replace(ROW, worked="")], QueryDict(), "")
