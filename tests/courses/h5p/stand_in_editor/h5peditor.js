/* Stands in for the inner half of the official editor: a list of content types, text fields and pictures. */
(function () {
  window.H5PEditor = { ...window.parent.H5PEditor };
  const content = { library: "", params: { params: {}, metadata: {} } };
  const form = () => document.querySelector("form");

  async function ask(action, parameters, options) {
    return (await fetch(H5PEditor.getAjaxUrl(action, parameters), options)).json();
  }

  function field(label, control) {
    const holder = document.createElement("label");
    holder.style.display = "block";
    holder.append(`${label} `, control);
    form().append(holder);
    return control;
  }

  function text(label, values, name) {
    const input = field(label, document.createElement("input"));
    const plain = new DOMParser().parseFromString(values[name] ?? "", "text/html").documentElement.textContent;
    input.value = plain;
    input.addEventListener("input", () => {
      const escaping = document.createElement("div");
      escaping.textContent = input.value;
      values[name] = escaping.innerHTML;
    });
  }

  function show(path) {
    const isNew = path.endsWith("#tmp");
    const base = isNew ? H5PEditor.filesPath : window.parent.H5PIntegration.contents[`cid-${H5PEditor.contentId}`].contentUrl;
    const picture = document.createElement("img");
    picture.alt = isNew ? "neu" : "gespeichert";
    picture.src = `${base}/${path}`;
    form().append(picture);
  }

  function file(spec, values) {
    const input = field(spec.label, document.createElement("input"));
    input.type = "file";
    if (values[spec.name]) {
      show(values[spec.name].path);
    }
    input.addEventListener("change", async () => {
      const body = new FormData();
      body.append("file", input.files[0]);
      body.append("field", JSON.stringify(spec));
      body.append("contentId", H5PEditor.contentId ?? 0);
      values[spec.name] = await ask("files", {}, { method: "POST", body });
      show(values[spec.name].path);
    });
  }

  async function load(library) {
    content.library = library;
    const [machineName, version] = library.split(" ");
    const [majorVersion, minorVersion] = version.split(".");
    const language = H5PEditor.contentLanguage;
    const detail = await ask("libraries", { machineName, majorVersion, minorVersion, language });
    const words = detail.language ? JSON.parse(detail.language).semantics : [];
    text("Titel", content.params.metadata, "title");
    detail.semantics.forEach((spec, position) => {
      const named = { ...spec, label: words[position]?.label ?? spec.label };
      if (spec.type === "text") {
        text(named.label, content.params.params, spec.name);
      } else if (spec.type === "image") {
        file(named, content.params.params);
      }
    });
  }

  async function choose() {
    const { libraries } = await ask("content-type-cache");
    const select = field("Inhaltstyp", document.createElement("select"));
    for (const one of [{ title: "–" }, ...libraries]) {
      const name = one.machineName ? `${one.machineName} ${one.localMajorVersion}.${one.localMinorVersion}` : "";
      select.append(new Option(one.title, name));
    }
    select.addEventListener("change", () => load(select.value));
  }

  H5PEditor.start = function (library, params) {
    if (library) {
      content.params = JSON.parse(params);
      load(library);
    } else {
      choose();
    }
  };
  H5PEditor.written = () => structuredClone(content);
})();
