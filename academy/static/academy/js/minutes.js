// Saves what is typed into the minutes from time to time. Without this script the button below does the same.
(() => {
  const PAUSE = 4000;
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const voice = form.querySelector("[data-autosave-state]");
  const version = form.elements.namedItem("version");
  let [timer, running, stopped] = [0, false, false];

  async function save() {
    running = true;
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
    });
    const told = await answer.json();
    voice.textContent = told.said;
    if (answer.ok) version.value = told.version;
    stopped = answer.status === 409; // Somebody else has saved: the button shows both texts.
  }

  function later() {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(async () => {
      if (running) return later();
      await save().catch(() => {
        voice.textContent = voice.dataset.failed;
      });
      running = false;
    }, PAUSE);
  }

  form.addEventListener("input", later);
  // A saving that is on its way comes first: the button must know its version.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!running) return;
    event.preventDefault();
    setTimeout(() => form.requestSubmit(event.submitter), 200);
  });
})();
