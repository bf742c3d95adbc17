// The button that prints; without scripts the browser's own menu does.
document.getElementById("print")?.addEventListener("click", () => window.print());
