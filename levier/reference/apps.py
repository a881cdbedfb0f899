from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    name = "levier.reference"
    label = "reference"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from levier.foundation import lookups  # noqa: F401 - the first room with tables makes the lookups known to all
