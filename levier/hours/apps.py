from django.apps import AppConfig


class HoursConfig(AppConfig):
    name = "levier.hours"
    label = "hours"
    default_auto_field = "django.db.models.BigAutoField"
