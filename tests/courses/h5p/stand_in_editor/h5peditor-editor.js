/* Stands in for the outer half of the official editor: makes a frame of its own and writes the inner half into it. */
window.H5PEditor = { language: {} };

H5PEditor.Editor = function (library, defaultParams, replace, iframeLoaded) {
  const frame = document.createElement("iframe");
  frame.title = "Editor";
  frame.style.cssText = "width: 100%; height: 600px; border: 0";
  frame.addEventListener("load", () => {
    const inner = frame.contentWindow.H5PEditor;
    if (inner?.start && !this.inner) {
      this.inner = inner;
      iframeLoaded.call(frame.contentWindow);
      inner.start(library, defaultParams);
    }
  });
  replace.replaceWith(frame);
  const tags = [
    ...H5PEditor.assets.css.map((url) => `<link rel="stylesheet" href="${url}">`),
    ...H5PEditor.assets.js.map((url) => `<script src="${url}"></script>`),
  ];
  frame.contentDocument.open();
  frame.contentDocument.write(`<!doctype html><html><head>${tags.join("")}</head><body><form></form></body></html>`);
  frame.contentDocument.close();
};

H5PEditor.Editor.prototype.getContent = function (submit, error) {
  const content = this.inner.written();
  if (content.params.metadata.title) {
    submit(content);
  } else {
    error("no title");
  }
};
