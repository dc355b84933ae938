/*
 * The page around the official H5P editor: says what is to be edited, asks for what was written when somebody saves,
 * and sends it with the form. The other half of the talk is h5p/editor.js.
 */
(function () {
  "use strict";

  const START_WITHIN = 30000;
  const ANSWER_WITHIN = 5000;
  const form = document.querySelector("[data-official-editor]");
  const frame = form.querySelector("[data-official-editor-frame]");
  const save = form.querySelector("[data-official-editor-save]");
  const message = form.querySelector("[data-official-editor-message]");
  const setup = JSON.parse(document.getElementById("official-editor-setup").textContent);
  const origin = setup.origin || window.location.origin;
  let waiting = 0;

  function tell(action, data) {
    frame.contentWindow.postMessage({ context: "h5p-editor", action, ...data }, origin);
  }

  function say(sentence) {
    message.textContent = sentence;
  }

  const starting = setTimeout(() => say(form.dataset.failed), START_WITHIN);
  const actions = {
    hello() {
      tell("open", { library: setup.library, params: setup.params });
    },
    ready() {
      clearTimeout(starting);
      say("");
      save.disabled = false;
    },
    failed() {
      clearTimeout(starting);
      say(form.dataset.failed);
    },
    refused() {
      clearTimeout(waiting);
      save.disabled = false;
      say(form.dataset.refused);
    },
    content({ library, params }) {
      clearTimeout(waiting);
      form.elements.library.value = library;
      form.elements.params.value = params;
      form.submit();
    },
    height({ height }) {
      frame.style.height = `${Math.max(height, 320) + 2}px`;
    },
  };

  window.addEventListener("message", (event) => {
    if (event.source === frame.contentWindow && event.origin === origin && event.data?.context === "h5p-editor") {
      actions[event.data.action]?.(event.data);
    }
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    say("");
    save.disabled = true;
    waiting = setTimeout(actions.refused, ANSWER_WITHIN);
    tell("collect");
  });
})();
