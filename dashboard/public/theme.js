// Runs before the first paint, as a file of its own because inline scripts are forbidden: no flash of
// the wrong theme. The same names are used in src/app/theme.ts.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem("threadkeep.theme");
  } catch {
    // Without storage the system decides.
  }
  var isDark =
    choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
})();
