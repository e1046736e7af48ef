"""Where the addresses of the doors meet."""

from django.urls import URLPattern, URLResolver, include, path

from muster.api.main import api

__all__ = ["api", "urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("muster.web.urls")),
]

# What no page foresaw.  The settings name the page for a form without its token.
handler400 = "muster.web.errors.bad_request"
handler403 = "muster.web.errors.forbidden"
handler404 = "muster.web.errors.no_page"
handler500 = "muster.web.errors.bug"
