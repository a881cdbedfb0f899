"""`levier accounts add`: the first accounts of an installation."""

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection

from levier.accounts.models import Membership, User
from levier.commands.accounts import accounts
from levier.organisations import actions
from levier.organisations.models import Organisation

SIRET = "22130001500247"
GOOD = {"--role": "mission", "--siret": SIRET, "--organisation": "Département d’essai"}


def add(email: str = "claire@exemple.test", **changed: str):
    options = {**GOOD, **{f"--{name}": value for name, value in changed.items()}}
    words = ["add", email, "Claire Exemple", *(word for pair in options.items() for word in pair)]
    return CliRunner().invoke(accounts, words)


@pytest.mark.django_db
def test_the_first_account_gets_a_link_and_the_second_time_none():
    outcome = add()
    assert outcome.exit_code == 0, outcome.output
    user = User.objects.get(email="claire@exemple.test")
    assert f"{settings.PUBLIC_ADDRESS}/bienvenue/{user.public_id}/" in outcome.output
    membership = Membership.objects.get(user=user)
    assert (membership.role, membership.organisation.siret) == ("mission", SIRET)
    again = add(role="buyer")
    assert again.exit_code == 0
    assert (User.objects.count(), Membership.objects.filter(user=user).count()) == (1, 2)


@pytest.mark.django_db
def test_everything_is_one_transaction_of_the_commands_own(monkeypatch):
    """The tests run inside a transaction, the command line does not: what it needs it must open itself."""
    outside, inside = len(connection.savepoint_ids), []
    real = actions.make_known

    def seen(**facts):
        inside.append(len(connection.savepoint_ids))
        return real(**facts)

    monkeypatch.setattr(actions, "make_known", seen)
    assert add().exit_code == 0
    assert inside == [outside + 1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "changed", "sign"),
    [
        ("claire@exemple.test", {"siret": "22130001500248"}, "n’est pas un SIRET"),
        ("claire@exemple.test", {"role": "facilitator"}, "Un facilitateur ou un prescripteur a un territoire"),
        ("claire@exemple.test", {"territory": "4"}, "Un facilitateur ou un prescripteur a un territoire"),
        ("claire", {}, "adresse"),
    ],
)
def test_a_mistake_is_one_sentence_and_writes_nothing(email, changed, sign):
    outcome = add(email, **changed)
    assert outcome.exit_code == 2
    assert sign in outcome.output
    assert "Traceback" not in outcome.output
    assert not User.objects.exists()
    assert not Organisation.objects.filter(siret=SIRET).exists()
