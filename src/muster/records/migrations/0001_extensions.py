"""Extensions of the database."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    """btree_gist lets one constraint compare equal parties and overlapping dates."""

    initial = True
    dependencies = []
    operations = [BtreeGistExtension()]
