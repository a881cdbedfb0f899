from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "levier.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"
