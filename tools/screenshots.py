# ruff: noqa: INP001, S603, T201 - a script beside the package, which starts the program and prints
"""Make the pictures of the README from the demo, in a real browser.

    python tools/screenshots.py

It runs the demo in a folder of its own, signs in as a sample user, and writes docs/images.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PORT = 8123
# Which page, seen by whom, and how much of it.
PICTURES = {
    "board.png": ("anna", "/operations/UKR-2022?sort=-received", 900),
}


def main() -> None:
    """Run the demo, take the pictures, stop the demo."""
    home = tempfile.mkdtemp(prefix="muster-pictures-")
    demo = subprocess.Popen(
        [sys.executable, "-m", "muster", "demo", "--port", str(PORT)],
        env={**os.environ, "MUSTER_HOME": home},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in demo.stdout or ():
            if f":{PORT}" in line:
                break
        take()
    finally:
        demo.terminate()
        demo.wait()
        shutil.rmtree(home, ignore_errors=True)


def take() -> None:
    """Take every picture of the running demo."""
    (ROOT / "docs" / "images").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, (user, path, height) in PICTURES.items():
            page = browser.new_page(viewport={"width": 1440, "height": height})
            page.goto(f"http://127.0.0.1:{PORT}/sign-in")
            page.locator(f"button[name=sample][value={user}]").click()
            page.goto(f"http://127.0.0.1:{PORT}{path}")
            page.screenshot(path=ROOT / "docs" / "images" / name)
            print(f"docs/images/{name}")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
