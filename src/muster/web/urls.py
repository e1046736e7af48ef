"""The addresses of the pages, area by area."""

from django.urls import URLPattern, URLResolver

from muster.web import (
    allocations,
    boards,
    consignments,
    home,
    journal,
    offers,
    plans,
    register,
    reports,
    requests,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *home.urlpatterns,
    *boards.urlpatterns,
    *requests.urlpatterns,
    *offers.urlpatterns,
    *allocations.urlpatterns,
    *consignments.urlpatterns,
    *plans.urlpatterns,
    *reports.urlpatterns,
    *register.urlpatterns,
    *journal.urlpatterns,
]
