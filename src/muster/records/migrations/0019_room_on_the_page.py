"""Rows that are changed right after they are written find room for it on their own page."""

from django.db import migrations

# An account gets its totals, an allocation and an offer line their stage, by a second writing.  On
# the same page it needs no index to be written again.
_LEAVE_ROOM = """
ALTER TABLE account SET (fillfactor = 50);
ALTER TABLE allocation SET (fillfactor = 60);
ALTER TABLE offer_line SET (fillfactor = 60);
"""
_AS_BEFORE = """
ALTER TABLE account RESET (fillfactor);
ALTER TABLE allocation RESET (fillfactor);
ALTER TABLE offer_line RESET (fillfactor);
"""


class Migration(migrations.Migration):
    """Only rows written from now on; what is there stays where it is."""

    dependencies = [("records", "0018_burden")]
    operations = [migrations.RunSQL(_LEAVE_ROOM, _AS_BEFORE)]
