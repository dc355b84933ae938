// A link to a page that asks («Give the place back?») opens that page in a dialog. Without this script, or when the
// page does not come, the link leads there.
(() => {
  const ask = async (link) => {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const shell = page.querySelector("template[data-dialog]");
    const content = page.querySelector("[data-dialog-content]");
    if (!answer.ok || answer.redirected || !shell || !content) return location.assign(link.href);
    if (document.querySelector("dialog:modal")) return; // a double click asked twice
    const dialog = document.importNode(shell.content, true).querySelector("dialog");
    dialog.querySelector("[data-dialog-body]").append(content);
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      link.focus();
    });
    dialog.querySelectorAll("[data-dialog-cancel]").forEach((cancel) =>
      cancel.addEventListener("click", (event) => {
        event.preventDefault();
        dialog.close();
      }),
    );
    dialog.showModal();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-opens-dialog]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    ask(link).catch(() => location.assign(link.href));
  });
})();
