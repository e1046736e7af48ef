"""Pages of allocations."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
