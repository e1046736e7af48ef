"""Where the addresses of the doors meet."""

from django.urls import URLPattern, URLResolver, include, path

from muster.api.main import api

__all__ = ["api", "urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("muster.web.urls")),
]
