"""The Jinja2 environment of the web pages, for Django's Jinja2 backend."""

from collections.abc import Callable
from typing import Any

import jinja2
from django.templatetags.static import static
from django.urls import reverse

from muster.web import shown

_FILTERS: tuple[Callable[..., object], ...] = (
    shown.grouped,
    shown.amount,
    shown.measured,
    shown.tonnes,
    shown.quantity,
    shown.day,
    shown.clock,
    shown.dtg,
    shown.age,
    shown.age_level,
    shown.stage_look,
    shown.worded,
    shown.form_key,
    shown.unit_word,
)
_GLOBALS: tuple[Callable[..., object], ...] = (
    shown.progress_bar,
    shown.link_with,
    shown.sorted_by,
    static,
)


def environment(**options: Any) -> jinja2.Environment:  # noqa: ANN401 - Django passes what it likes
    """Make the environment; an unknown name in a template is an error, not an empty string."""
    strict = {
        "autoescape": True,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "undefined": jinja2.StrictUndefined,
    }
    made = jinja2.Environment(**{**options, **strict})  # noqa: S701 - autoescape is on, see above
    made.filters.update({shown_as.__name__: shown_as for shown_as in _FILTERS})
    made.globals.update({called.__name__: called for called in _GLOBALS})
    made.globals["url"] = _url
    return made


def _url(name: str, **arguments: object) -> str:
    """Give the address of a page by its name and arguments."""
    return reverse(name, kwargs=arguments or None)
