"""Pages of journal."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
