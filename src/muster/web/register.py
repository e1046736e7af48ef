"""Pages of register."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
