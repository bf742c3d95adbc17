// Keys of the board. None while something is typed, and none with Ctrl, Alt or Meta.
export function keys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape") return leave(event);
    if (event.target.closest("input, select, textarea, dialog[open]")) return;
    const act = ACTS[event.key] ?? BY_PLACE[event.code];
    if (act && act(event) !== false) event.preventDefault();
  });
}

const ACTS = {
  j: () => move(1),
  k: () => move(-1),
  Enter: (event) => (event.target.closest("a, button, summary") ? false : enter()),
  "/": () => focus("find"),
  "?": () => document.getElementById("keys").showModal(),
};
// By their place on the keyboard, so that they also work with a Russian or Persian layout.
const BY_PLACE = {
  KeyJ: () => move(1),
  KeyK: () => move(-1),
  KeyN: () => focus("note"),
  KeyB: () => go("/"),
  KeyD: () => go("/operator"),
  Slash: (event) => (event.shiftKey ? document.getElementById("keys").showModal() : focus("find")),
};

function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.findIndex((row) => "chosen" in row.dataset);
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  for (const row of all) row.removeAttribute("data-chosen");
  all[next].setAttribute("data-chosen", "");
  all[next].querySelector("a")?.focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
  return true;
}

function enter() {
  const link = rows().find((row) => "chosen" in row.dataset)?.querySelector("a");
  if (!link) return false;
  link.click();
  return true;
}

function focus(id) {
  const field = document.getElementById(id);
  if (!field) return false;
  field.closest("details")?.setAttribute("open", "");
  field.focus();
  field.select?.();
  return true;
}

function go(path) {
  const link = document.querySelector(`.top a[href="${path}"]`);
  if (!link) return false;
  link.click();
  return true;
}

function leave(event) {
  if (event.target.closest("dialog[open]")) return;
  if (event.target.closest("input, select, textarea")) event.target.blur();
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
}
