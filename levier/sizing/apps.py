from django.apps import AppConfig


class SizingConfig(AppConfig):
    name = "levier.sizing"
    label = "sizing"
    default_auto_field = "django.db.models.BigAutoField"
