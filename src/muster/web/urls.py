"""The addresses of the pages, area by area."""

from django.urls import URLPattern

from muster.web import (
    accessions,
    allocations,
    arrivals,
    boards,
    burden,
    catalogue,
    coalitions,
    consignments,
    duplicates,
    effects,
    enquiries,
    entry,
    gallery,
    guarantee,
    home,
    imports,
    journal,
    meetings,
    messages,
    offers,
    people,
    plan_figures,
    plan_questions,
    plans,
    pledges,
    receipts,
    register,
    reports,
    requests,
    reserves,
    rules,
    scenarios,
    shares,
    transport,
    waterfalls,
    yardsticks,
)
from muster.web.answers import signed_in

# Every page is for people who are signed in, unless it is listed as open: one that forgets to ask
# is closed, not open.
_OPEN: list[URLPattern] = entry.urlpatterns
_CLOSED: list[URLPattern] = [
    *home.urlpatterns,
    *boards.urlpatterns,
    *requests.urlpatterns,
    *offers.urlpatterns,
    *allocations.urlpatterns,
    *consignments.urlpatterns,
    *receipts.urlpatterns,
    *arrivals.urlpatterns,
    *plans.urlpatterns,
    *plan_figures.urlpatterns,
    *plan_questions.urlpatterns,
    *scenarios.urlpatterns,
    *shares.urlpatterns,
    *transport.urlpatterns,
    *imports.urlpatterns,
    *duplicates.urlpatterns,
    *messages.urlpatterns,
    *enquiries.urlpatterns,
    *reports.urlpatterns,
    *guarantee.urlpatterns,
    *reserves.urlpatterns,
    *meetings.urlpatterns,
    *pledges.urlpatterns,
    *waterfalls.urlpatterns,
    *coalitions.urlpatterns,
    *burden.urlpatterns,
    *yardsticks.urlpatterns,
    *effects.urlpatterns,
    *accessions.urlpatterns,
    *register.urlpatterns,
    *rules.urlpatterns,
    *people.urlpatterns,
    *catalogue.urlpatterns,
    *journal.urlpatterns,
    *gallery.urlpatterns,
]
for _pattern in _CLOSED:
    _pattern.callback = signed_in(_pattern.callback)

urlpatterns: list[URLPattern] = [*_OPEN, *_CLOSED]
