/*
 * First script of the player's page. It runs in a sandbox of opaque origin, where storage and cookies throw: the H5P
 * core and many content types touch them, so harmless stand-ins come first. Then it sends what the learner does to the
 * server: statements, results and states, in order, again when the network fails, and once even when sent twice.
 */
(function () {
  "use strict";

  // --- Stand-ins for what the sandbox refuses --------------------------------------------------------------------

  function memoryStorage() {
    const values = new Map();
    return new Proxy(
      {
        getItem: (key) => (values.has(String(key)) ? values.get(String(key)) : null),
        setItem: (key, value) => void values.set(String(key), String(value)),
        removeItem: (key) => void values.delete(String(key)),
        clear: () => values.clear(),
        key: (index) => [...values.keys()][index] ?? null,
      },
      {
        get: (methods, key) => (key === "length" ? values.size : key in methods ? methods[key] : values.get(String(key))),
        set: (_methods, key, value) => (values.set(String(key), String(value)), true),
        deleteProperty: (_methods, key) => (values.delete(String(key)), true),
      },
    );
  }

  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { configurable: true, value: memoryStorage() });
  }
  Object.defineProperty(document, "cookie", { configurable: true, get: () => "", set: () => {} });

  // --- What the core reads ---------------------------------------------------------------------------------------

  const integration = JSON.parse(document.getElementById("h5p-integration").textContent);
  window.H5PIntegration = integration;

  function tellPage(action) {
    if (window.parent !== window) {
      window.parent.postMessage({ context: "h5p", action }, "*");
    }
  }

  // --- Reports to the server, one after the other ----------------------------------------------------------------

  const PAUSES = [1000, 3000, 9000, 27000];
  const KEEPALIVE_LIMIT = 30000; // browsers allow 64 kB for all such requests together
  const waiting = [];
  let isSending = false;
  let pause = 0;

  function post(url, body) {
    const size = typeof body === "string" ? body.length : body.toString().length;
    return fetch(url, { method: "POST", body, credentials: "omit", keepalive: size < KEEPALIVE_LIMIT });
  }

  function report(url, body, done) {
    waiting.push({ url, body, done });
    sendNext();
  }

  async function sendNext() {
    if (isSending || !waiting.length) {
      return;
    }
    isSending = true;
    let answer = null;
    try {
      answer = await post(waiting[0].url, waiting[0].body);
    } catch {
      // no network: as for a server that is down, try again
    }
    isSending = false;
    if (!answer || answer.status >= 500 || answer.status === 429) {
      tellPage("unsaved");
      setTimeout(sendNext, PAUSES[Math.min(pause++, PAUSES.length - 1)]);
      return;
    }
    const sent = waiting.shift();
    if (answer.ok) {
      if (pause) {
        tellPage("saved");
      }
      sent.done?.();
    } else if (answer.status === 403) {
      tellPage("expired");
    }
    pause = 0;
    sendNext();
  }

  window.addEventListener("online", sendNext);

  // --- Attempts: everything up to a result is one round ------------------------------------------------------------

  let round = "";
  let roundStarted = 0;

  function newRound() {
    round = window.H5P.createUUID();
    roundStarted = Math.round(Date.now() / 1000);
  }

  function withRound(url) {
    return `${url}&round=${round}`;
  }

  function onStatement(event) {
    const statement = { ...event.data.statement, id: window.H5P.createUUID(), timestamp: new Date().toISOString() };
    report(withRound(integration.ajax.xapi), JSON.stringify(statement));
  }

  function setFinished(contentId, score, maxScore, time) {
    if (typeof score !== "number") {
      return;
    }
    // The statement about the result is dispatched right after this call and belongs to the same round.
    setTimeout(() => {
      const fields = { contentId, score, maxScore, opened: roundStarted, finished: Math.round(Date.now() / 1000) };
      const form = new URLSearchParams(fields);
      if (time) {
        form.set("time", time);
      }
      report(withRound(integration.ajax.setFinished), form, () => tellPage("finished"));
      newRound();
    }, 0);
  }

  // --- State: soon after every action, and when the page goes away -------------------------------------------------

  let saveTimer = 0;

  function stateUrl(contentId) {
    return integration.ajax.contentUserData
      .replace(":contentId", contentId)
      .replace(":dataType", "state")
      .replace(":subContentId", "0");
  }

  function saveStates() {
    clearTimeout(saveTimer);
    for (const instance of window.H5P?.instances ?? []) {
      const state = typeof instance.getCurrentState === "function" ? instance.getCurrentState() : undefined;
      const content = integration.contents[`cid-${instance.contentId}`];
      if (state === undefined || !content) {
        continue;
      }
      const data = JSON.stringify(state);
      const saved = (content.contentUserData ??= {});
      saved[0] ??= {};
      if (saved[0].state === data || saved[0].state === "RESET") {
        continue;
      }
      saved[0].state = data; // the core compares with this and does not send it a second time
      const form = new URLSearchParams({ data, preload: 1, invalidate: 1 });
      post(stateUrl(instance.contentId), form).catch(() => {
        delete saved[0].state; // not sent: try again with the next save
      });
    }
  }

  function saveSoon() {
    clearTimeout(saveTimer);
    saveTimer = setTimeout(saveStates, 800);
  }

  for (const name of ["change", "click", "keyup", "pointerup"]) {
    document.addEventListener(name, saveSoon, true);
  }
  for (const name of ["beforeunload", "pagehide"]) {
    window.addEventListener(name, saveStates); // before the core's own listener, whose request browsers refuse here
  }
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && saveStates());

  // --- Hook into the core before it starts --------------------------------------------------------------------------

  document.addEventListener("DOMContentLoaded", () => {
    if (!window.H5P?.externalDispatcher) {
      document.querySelector("[data-embed-failure]").hidden = false;
      return;
    }
    newRound();
    window.H5P.externalDispatcher.on("xAPI", onStatement);
    window.H5P.setFinished = setFinished;
  });
})();
