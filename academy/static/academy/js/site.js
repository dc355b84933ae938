// Small helps. Everything works without them.
(() => {
  // After an error the summary is read first, also when it came in by htmx.
  const focusSummary = (root) => root.querySelector("[data-error-summary]")?.focus();

  // A link of the summary leads into the field, not only to its place on the page.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (document.querySelector(`label[for="${CSS.escape(field.id)}"]`) || field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  });

  // The menu of small screens closes with Escape and by a click beside it.
  const menu = document.querySelector("[data-menu]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu?.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (menu?.open && !menu.contains(event.target)) menu.open = false;
  });

  // Buttons that only scripts can serve are hidden until a script is there.
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.target));
  focusSummary(document);
})();
