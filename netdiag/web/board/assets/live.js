// Server-sent events into parts of the page, and a clear sign when they stop coming.
const SILENT_MS = 20000; // the server says something every six seconds
const AGAIN_MS = [1000, 2000, 5000, 10000];

export function listen(address) {
  let source = null;
  let tries = 0;
  let heard = Date.now();
  let waiting = false;

  function open() {
    waiting = false;
    heard = Date.now();
    source = new EventSource(address);
    source.addEventListener("part", (event) => {
      alive();
      const { part, html } = JSON.parse(event.data);
      replace(part, html);
    });
    source.addEventListener("beat", (event) => {
      alive();
      const text = JSON.parse(event.data);
      for (const id of ["beat", "lost-at"]) document.getElementById(id).textContent = text;
      trouble("");
    });
    source.addEventListener("trouble", (event) => {
      alive();
      trouble(JSON.parse(event.data));
    });
    source.addEventListener("ended", () => window.location.reload());
    source.onerror = again;
  }

  function alive() {
    tries = 0;
    heard = Date.now();
    state("live");
  }

  // A browser gives up by itself after some errors, and some never do: so it is always ours.
  function again() {
    if (waiting) return;
    waiting = true;
    source.close();
    state("lost");
    setTimeout(open, AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)]);
    tries += 1;
  }

  open();
  setInterval(() => {
    if (Date.now() - heard > SILENT_MS) again();
  }, 2000);
  // A page that comes back from the background, or from a suspended machine, asks at once.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() - heard > SILENT_MS) again();
  });
  window.addEventListener("pagehide", () => source.close());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) open();
  });
}

function state(word) {
  const live = document.getElementById("live");
  if (live.dataset.state !== word) live.dataset.state = word;
}

function trouble(text) {
  const banner = document.getElementById("trouble");
  banner.hidden = !text;
  if (banner.textContent !== text) banner.textContent = text;
}

// The new HTML takes the old one's place; what the reader had opened, chosen or focused stays so.
function replace(name, html) {
  const part = document.getElementById(`part-${name}`);
  if (!part || part.innerHTML === html) return;
  const opened = new Map();
  for (const one of part.querySelectorAll("details[data-key]")) opened.set(one.dataset.key, one.open);
  const chosen = part.querySelector("[data-chosen]")?.dataset.key;
  const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const first = part.dataset.seen === undefined;
  part.innerHTML = html;
  for (const one of part.querySelectorAll("details[data-key]")) {
    if (opened.has(one.dataset.key)) one.open = opened.get(one.dataset.key);
  }
  if (chosen) part.querySelector(`[data-key="${CSS.escape(chosen)}"]`)?.setAttribute("data-chosen", "");
  if (focused) part.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  part.dataset.seen = "";
  if (!first) fresh(part);
}

function fresh(part) {
  part.removeAttribute("data-fresh");
  void part.offsetWidth; // so that the animation begins anew
  part.setAttribute("data-fresh", "");
}
