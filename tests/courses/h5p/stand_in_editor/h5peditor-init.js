/* Stands in for the start script of the official editor. */
H5PEditor.getAjaxUrl = (action, parameters) =>
  H5PIntegration.editor.ajaxPath +
  action +
  Object.entries(parameters ?? {})
    .map(([name, value]) => `&${name}=${value}`)
    .join("");
