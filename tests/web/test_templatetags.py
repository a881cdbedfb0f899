from decimal import Decimal

from django import forms
from django.template import Context, Template
from django.test import RequestFactory


def render(source, **context):
    return Template(source).render(Context(context)).strip()


def test_nothing_is_a_dash():
    assert render("{{ a|hours }}{{ a|euros }}{{ a|percent }}{{ a|day }}{{ a|month }}", a=None) == "—" * 5


def test_hours_with_and_without_decimals():
    assert render("{{ a|hours }} {{ a|hours:2 }} {{ a|hours_unit }}", a=Decimal(1480)) == (
        "1\u202f480 1\u202f480,00 1\u202f480\u00a0h"
    )


def test_icons_are_silent_unless_named():
    assert 'aria-hidden="true"' in render('{% icon "check" %}')
    named = render('{% icon "check" label %}', label='Fait et "dit"')
    assert "aria-hidden" not in named
    assert "&quot;dit&quot;" in named


def test_a_chip_has_an_icon_and_an_escaped_word():
    chip = render('{% chip "ok" word %}', word="<b>")
    assert "#check" in chip
    assert "&lt;b&gt;" in chip


def test_query_replaces_removes_and_goes_back_to_the_first_page():
    request = RequestFactory().get("/?qui=moi&page=4&tri=heures")
    found = render('{% query tri="-heures" %} {% query page=5 %} {% query qui=None %}', request=request)
    assert found.replace("&amp;", "&") == "?qui=moi&tri=-heures ?qui=moi&tri=heures&page=5 ?tri=heures"


def test_a_sorted_column_says_so_and_offers_the_opposite():
    request = RequestFactory().get("/?tri=heures")
    head = render('{% sort_header "heures" "Heures" css="num" %}', request=request)
    assert 'aria-sort="ascending"' in head
    assert 'href="?tri=-heures"' in head
    other = render('{% sort_header "nom" "Nom" %}', request=request)
    assert "aria-sort" not in other
    assert 'href="?tri=nom"' in other


def test_the_bar_is_said_and_its_large_form_has_figures():
    large = render("{% hours_bar 2760 2430 1020 950 %}")
    assert 'role="img" aria-label="Promis 2\u202f760\u00a0h' in large
    assert "dues, pas encore déclarées" in large
    mini = render('{% hours_bar 2760 2430 1020 950 size="mini" %}')
    assert "acceptées" not in mini


def test_turn_keeps_its_buttons_and_escapes_its_words():
    box = render(
        '{% turn "yours" who="À vous" what=what %}<button class="btn">Ouvrir</button>{% endturn %}', what="<i>"
    )
    assert "turn-yours" in box
    assert '<button class="btn">Ouvrir</button>' in box
    assert "&lt;i&gt;" in box


def test_a_note_escapes_what_its_content_escapes():
    assert "&lt;script" in render('{% note "bad" %}<p>{{ x }}</p>{% endnote %}', x="<script>")


def test_a_wrong_field_is_tied_to_its_message():
    field = render(
        '{% field "heures" "Heures" kind="hours" value="168,00" error="Trop." help="En centièmes." unit="h" %}'
    )
    assert 'id="f-heures"' in field
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="f-heures-help f-heures-error"' in field
    assert 'inputmode="decimal"' in field


def test_a_password_is_never_sent_back():
    assert "hunter2" not in render('{% field "p" "Mot de passe" kind="password" value="hunter2" %}')


def test_a_django_field_is_drawn_like_the_others():
    class Form(forms.Form):
        moyen = forms.ChoiceField(label="Moyen", choices=[("a", "Embauche"), ("b", "Intérim")])

    form = Form({"moyen": "z"})
    form.is_valid()
    drawn = render("{% form_field form.moyen %}", form=form)
    assert "<select" in drawn
    assert 'class="error"' in drawn
    assert '<option value="b" selected>' in render("{% form_field form.moyen %}", form=Form({"moyen": "b"}))
