"""The tables of an empty base: every migration in its order, as Django applies them, without rendering the same models again and again.

Before an operation Django renders anew every model related to the one it changes: some thirty for a constraint, which is nine tenths
of the time. The SQL needs only the one that changes. Models that point at it keep the class they knew, of the same table and key; code
of a migration (RunPython) still gets every model rendered whole, which is what Django itself does once it has put a rendering off. That
the tables are those of Django's own way, to the letter, is what `tests/foundation/test_first_tables.py` compares.
"""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState


class OneAtATime(ProjectState):
    """Renders the model that an operation changes, and no other."""

    def _find_reload_model(self, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:  # noqa: ARG002 - Django's words
        self.is_delayed = True
        return {(app_label, model_name)}


def migrate() -> None:
    """Apply the migrations that are not applied yet. Tables in use are changed in Django's own way."""
    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        begun = OneAtATime(real_apps=executor.loader.unmigrated_apps)
        executor.migrate(executor.loader.graph.leaf_nodes(), state=begun)
    call_command("migrate", verbosity=0, interactive=False)
