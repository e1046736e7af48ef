"""The one Django app: what is stored, and what may never be stored."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Muster's records."""

    name = "muster.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
