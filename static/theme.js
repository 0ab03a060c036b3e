// Loaded before anything is painted, so that a chosen theme never flashes. Everything else is in reading.js.
(function () {
  var theme = null;
  try {
    theme = localStorage.getItem("cairn-theme");
  } catch (error) {
    // Storage may be forbidden: then the system's preference holds.
  }
  if (theme === "light" || theme === "dark") {
    document.documentElement.dataset.theme = theme;
  }
})();
