/*
 * First script of the official editor's page. It gives the core and the editor what they read, starts the editor when
 * the page around says what is to be edited, and hands over what was written when the page around asks for it.
 *
 * The two pages talk by messages {context: "h5p-editor", action, …}. This page says "hello" until it hears "open", as
 * the page around may start later.
 */
(function () {
  "use strict";

  const setup = JSON.parse(document.getElementById("h5p-editor-setup").textContent);
  window.H5PIntegration = setup.integration;
  let instance = null;
  let isLoaded = false;
  let greeting = 0;

  function tell(action, data) {
    window.parent.postMessage({ context: "h5p-editor", action, ...data }, setup.host);
  }

  /** What the editor's own start script sets from a form; it comes before anything else, whatever is edited. */
  function configure() {
    const editor = window.H5PEditor;
    const given = setup.integration.editor;
    editor.$ = window.H5P.jQuery;
    editor.basePath = given.libraryUrl;
    editor.baseUrl = "";
    editor.contentLanguage = given.language;
    editor.defaultLanguage = given.defaultLanguage;
    editor.enableContentHub = false;
    for (const name of [
      "fileIcon",
      "ajaxPath",
      "filesPath",
      "apiVersion",
      "copyrightSemantics",
      "metadataSemantics",
      "assets",
    ]) {
      editor[name] = given[name];
    }
    if (given.nodeVersionId !== undefined) {
      editor.contentId = given.nodeVersionId;
    }
    editor.getAjaxUrl ??= (action, parameters) =>
      given.ajaxPath + action + (parameters ? `&${new URLSearchParams(parameters)}` : "");
  }

  function open(library, params) {
    if (instance) {
      return;
    }
    clearInterval(greeting);
    const place = document.querySelector("[data-h5p-editor]");
    instance = new window.H5PEditor.Editor(library, params, place, () => {
      isLoaded = true;
      tell("ready");
    });
  }

  // --- Handing over ----------------------------------------------------------------------------------------------

  function handOver(library, params) {
    const written = typeof params === "string" ? JSON.parse(params) : params;
    if (!library || !written?.params) {
      tell("refused");
      return;
    }
    tell("content", { library, params: JSON.stringify(written) });
  }

  function collect() {
    if (!isLoaded) {
      tell("refused");
    } else if (typeof instance.getContent === "function") {
      instance.getContent(
        (content) => handOver(content.library, content.params),
        () => tell("refused"),
      );
    } else {
      handOver(instance.getLibrary(), instance.getParams());
    }
  }

  // --- Start -----------------------------------------------------------------------------------------------------

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== setup.host || event.data?.context !== "h5p-editor") {
      return;
    }
    if (event.data.action === "open" && window.H5PEditor?.assets) {
      open(event.data.library, event.data.params);
    } else if (event.data.action === "collect") {
      collect();
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (!window.H5PEditor?.Editor || !window.H5P) {
      tell("failed");
      return;
    }
    configure();
    new ResizeObserver(() => tell("height", { height: document.documentElement.offsetHeight })).observe(document.body);
    tell("hello");
    greeting = setInterval(() => tell("hello"), 500);
  });
})();
