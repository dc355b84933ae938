// When an exercise has saved its result, the page shows the new state without being loaded again.
// Without this script the link beside the exercise does the same.
(() => {
  const PLACES = ["[data-step-state]", "aside .stepper"];

  async function refresh() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const place of PLACES) {
      const [old, now] = [document.querySelector(place), fresh.querySelector(place)];
      if (old && now) old.replaceChildren(...now.childNodes);
    }
  }

  document.addEventListener("h5p:finished", () => refresh().catch(() => {}));
})();
