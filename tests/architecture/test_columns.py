"""Every column has a class of data. The planted faults prove that a forgotten one is seen."""

from django.db import models
from django.test.utils import isolate_apps

from levier import columns


def test_every_column_has_its_class():
    assert columns.faults() == []


def test_every_class_is_used():
    used = {name for table in columns.register()["column"].values() for name in table.values()}
    assert used == set(columns.register()["class"])


@isolate_apps("levier.web")
def test_a_column_without_class_is_seen():
    class Planted(models.Model):
        forgotten = models.TextField()

        class Meta:
            app_label = "web"
            db_table = "planted_table"
            managed = False

    assert "planted_table.forgotten: no class in columns.toml" in columns.faults([Planted])


@isolate_apps("levier.web")
def test_a_clear_identity_is_seen():
    class Clear(models.Model):
        identity = models.TextField()

        class Meta:
            app_label = "web"
            db_table = "participants_person"
            managed = False

    assert "participants_person.identity: class identity must be a sealed binary column" in columns.faults([Clear])


def test_no_column_can_hold_a_social_security_number():
    names = {name for table in columns.register()["column"].values() for name in table}
    assert not {name for name in names if name in {"nir", "numero_securite_sociale", "social_security_number", "ssn"}}
