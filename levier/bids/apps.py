from django.apps import AppConfig


class BidsConfig(AppConfig):
    name = "levier.bids"
    label = "bids"
    default_auto_field = "django.db.models.BigAutoField"
