// Keeps the panel as the reader left it from one page to the next, so that a reload shows misses turn into hits.
const panel = document.getElementById("cache-panel")
if (panel) {
  panel.open = sessionStorage.getItem("cache-panel") === "open"
  panel.addEventListener("toggle", () => sessionStorage.setItem("cache-panel", panel.open ? "open" : "closed"))
}
