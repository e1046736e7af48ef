"""A real browser for the tests of pages: open a page, look at it, ask axe about it.

The pages are served with the same content-security policy as in service, so that whatever it
forbids (an inline style, a foreign script) is seen here.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

WIDE = 1440
PHONE = 390
POLICY = (
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)

Scheme = Literal["light", "dark"]


@dataclass(slots=True, kw_only=True)
class Opened:
    """A page that is open, and what the browser complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def violations(self) -> list[str]:
        """Ask axe; one sentence for each violation, with the places where it is."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{rule['id']}: {rule['help']}: "
            + " | ".join(node["html"][:160] for node in rule["nodes"])
            for rule in found
        ]

    def spills(self) -> bool:
        """Tell whether the page is wider than its window."""
        return bool(
            self.page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
        )


def _browser() -> str:
    """Find the browser; MUSTER_BROWSER=required makes its absence a failure."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    if os.environ.get("MUSTER_BROWSER") == "required":
        pytest.fail("no Chromium on this machine, and MUSTER_BROWSER=required")
    pytest.skip("no Chromium on this machine (Debian: apt install chromium)")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's browser; where there is none the test is skipped, or fails if required."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_browser(), args=["--no-sandbox", "--disable-quic"]
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(
    browser: Browser,
    address: str,
    *,
    width: int = WIDE,
    scheme: Scheme = "light",
    cookies: dict[str, str] | None = None,
) -> Iterator[Opened]:
    """Open a page in a window of its own, `width` pixels wide.

    Args:
        browser: from `chromium`.
        address: the page's address.
        width: of the window, in CSS pixels.
        scheme: the colours that the person's system prefers.
        cookies: names and values, for a session that is signed in.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    try:
        for name, value in (cookies or {}).items():
            context.add_cookies([{"name": name, "value": value, "url": address}])
        seen = Opened(page=context.new_page())

        def keep(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                seen.complaints.append(message.text)

        seen.page.on("console", keep)
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.goto(address)
        yield seen
    finally:
        context.close()
