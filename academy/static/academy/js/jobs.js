// How far long work is, without loading the page again. Without this script the link below the bar does the same.
(() => {
  const [FIRST, LONGEST, SLOWER] = [1000, 10000, 1.4];
  const box = document.querySelector("[data-job]");
  if (!box) return;
  const [state, voice] = [box.querySelector("[data-job-state]"), box.querySelector("[data-job-voice]")];
  const reload = box.querySelector("[data-job-reload]");
  let [wait, said] = [FIRST, heard()];

  // What is read out: the word of the state, and each quarter of the way.
  function heard() {
    const bar = state.querySelector("progress[value]");
    const quarter = bar ? Math.floor((bar.value / bar.max) * 4) : 0;
    return `${state.querySelector("[data-job-word]").dataset.jobWord} ${quarter}`;
  }

  async function look() {
    const answer = await fetch(box.dataset.job, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    const before = state.textContent;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    state.replaceChildren(...fresh.body.childNodes);
    if (state.textContent !== before) wait = FIRST;
    if (heard() !== said) voice.textContent = state.textContent.replace(/\s+/g, " ").trim();
    said = heard();
    return Boolean(state.querySelector("progress"));
  }

  async function again() {
    const goesOn = await look().catch(() => true);
    if (!goesOn) return reload?.remove();
    wait = Math.min(wait * SLOWER, LONGEST);
    setTimeout(again, wait);
  }

  setTimeout(again, wait);
})();
