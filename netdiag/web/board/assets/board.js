// The board in the browser. Pages are whole without it; it keeps them fresh and gives them keys.
import { listen } from "./live.js";
import { keys } from "./keys.js";

const address = document.body.dataset.stream;
if (address) listen(address);
keys();

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.does === "keys") document.getElementById("keys").showModal();
  if (button.dataset.ask && !window.confirm(button.dataset.ask)) event.preventDefault();
});

// An open menu closes when something else is touched.
document.addEventListener("pointerdown", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
