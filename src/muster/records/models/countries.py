"""Facts about countries, each with its source: figures of a year, lengths of land borders."""

from django.db import models
from django.db.models import F, Q

from muster.records.models.parties import Party


class Country(models.Model):
    """A country by its ISO 3166-1 code of three letters, whether or not it is a party."""

    code = models.TextField(primary_key=True)
    name = models.TextField()

    class Meta:
        db_table = "country"

    def __str__(self) -> str:
        return self.name


class CountryFigure(models.Model):
    """A figure of a country for a year, as a source gives it."""

    class Measure(models.TextChoices):
        GDP_USD = "gdp_usd", "GDP, US dollars"
        POPULATION = "population", "population"
        DEFENCE = "defence_percent_of_gdp", "defence spending, % of GDP"

    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="figures")
    measure = models.TextField(choices=Measure)
    year = models.IntegerField()
    amount = models.DecimalField(max_digits=24, decimal_places=4)
    source = models.TextField()
    checked = models.TextField()

    class Meta:
        db_table = "country_figure"
        constraints = [
            models.UniqueConstraint(
                fields=["country", "measure", "year", "source"], name="country_figure_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="country_figure_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.country_id}: {self.measure} {self.year}"


class LandBorder(models.Model):
    """The length of a land border by one method, as given by or for the first country."""

    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="borders")
    neighbour = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    km = models.DecimalField(max_digits=7, decimal_places=1)
    method = models.TextField()
    source = models.TextField()
    checked = models.TextField()

    class Meta:
        db_table = "land_border"
        constraints = [
            models.UniqueConstraint(
                fields=["country", "neighbour", "method"], name="land_border_once"
            ),
            models.CheckConstraint(
                condition=Q(km__gt=0) & ~Q(country=F("neighbour")),
                name="land_border_leads_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country_id}-{self.neighbour_id}: {self.km} km ({self.method})"


class BorderStatement(models.Model):
    """What others say of a border before and after a party joined: a fact about what was said."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    neighbour = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    before_km = models.DecimalField(max_digits=7, decimal_places=1)
    after_km = models.DecimalField(max_digits=7, decimal_places=1)
    method = models.TextField()
    source = models.TextField()
    checked = models.TextField()

    class Meta:
        db_table = "border_statement"
        constraints = [
            models.UniqueConstraint(
                fields=["party", "body", "neighbour", "method"], name="border_statement_once"
            ),
            models.CheckConstraint(
                condition=Q(before_km__gte=0, after_km__gte=0),
                name="border_statement_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} in {self.body_id}: {self.before_km} to {self.after_km} km"
