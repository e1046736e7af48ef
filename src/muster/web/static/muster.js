// Small comforts; every page works without them.
// The file is read before the first paint, so that the chosen colours do not flash.
(() => {
  "use strict";
  const root = document.documentElement;
  const KEY = "muster-theme";
  const NEXT = { auto: "light", light: "dark", dark: "auto" };
  const NAMES = { auto: "Colours: as the system", light: "Colours: light", dark: "Colours: dark" };

  function stored() {
    try {
      const chosen = localStorage.getItem(KEY);
      return chosen in NEXT ? chosen : "auto";
    } catch {
      return "auto"; // Storage may be switched off.
    }
  }

  function show(theme) {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.textContent = NAMES[theme];
      button.hidden = false;
    }
  }

  function keep(theme) {
    try {
      if (theme === "auto") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // The choice then lasts as long as the page.
    }
  }

  // A table that fits needs no stop of its own for the keyboard.
  function stops() {
    for (const region of document.querySelectorAll(".table-scroll")) {
      if (region.scrollWidth > region.clientWidth + 1) region.tabIndex = 0;
      else region.removeAttribute("tabindex");
    }
  }

  // An answer that refuses is shown like any other.  One that has nothing for the place it was
  // asked for is another page (the sign-in, an error): if a person asked, it takes the window.
  function answered(event) {
    const { requestConfig, xhr } = event.detail;
    const place = requestConfig.elt.closest("[hx-select]")?.getAttribute("hx-select");
    if (!place) return;
    const said = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const there = said.querySelector(place) !== null;
    event.detail.shouldSwap = there;
    if (there) {
      event.detail.isError = false;
    } else if (["submit", "click", "change"].includes(requestConfig.triggeringEvent?.type)) {
      document.open();
      document.write(xhr.responseText);
      document.close();
    }
  }

  root.classList.add("scripted");
  document.addEventListener("htmx:beforeSwap", answered);
  show(stored());

  document.addEventListener("DOMContentLoaded", () => {
    let theme = stored();
    show(theme);
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      button.addEventListener("click", () => {
        theme = NEXT[theme];
        keep(theme);
        show(theme);
      });
    }
    for (const button of document.querySelectorAll("[data-menu-switch]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const open = button.getAttribute("aria-expanded") === "true";
        button.setAttribute("aria-expanded", String(!open));
      });
    }
    document.querySelector("[data-focus]")?.focus();
    stops();
    addEventListener("resize", stops);
    document.addEventListener("htmx:afterSettle", (event) => {
      stops();
      event.detail.elt.querySelector("[data-focus]")?.focus();
      // The form is ready for the next one: the hands stay on the keyboard.
      const next = document.querySelector("[data-focus-next]")?.dataset.focusNext;
      if (next) document.getElementById(next)?.focus();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.target.closest("form[data-enter]")?.requestSubmit();
    });
  });
})();
