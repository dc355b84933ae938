/* Stands in for the core of H5P: as much of it as the stand-in of the editor needs. */
window.H5P = { jQuery: (selector) => document.querySelector(selector) };
