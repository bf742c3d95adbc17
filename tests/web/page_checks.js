// Looks at a page as its readers do. Evaluated as one object; every check returns what is wrong.
({
  // WCAG 2.2, 1.4.3: a contrast of 4.5:1, or 3:1 for large text.
  contrast() {
    const part = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    const rgb = (text) => text.match(/[\d.]+/g).map(Number);
    const ground = (one) => {
      for (; one; one = one.parentElement) {
        const colour = rgb(getComputedStyle(one).backgroundColor);
        if (colour.length < 4 || colour[3] > 0.99) return colour;
      }
      return [255, 255, 255];
    };
    const poor = [];
    for (const one of this.texts()) {
      const style = getComputedStyle(one);
      const both = [light(rgb(style.color)), light(ground(one))].sort((x, y) => y - x);
      const ratio = (both[0] + 0.05) / (both[1] + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.6 && parseInt(style.fontWeight) >= 700);
      const told = `${one.textContent.trim().slice(0, 40)} ${ratio.toFixed(2)}`;
      if (ratio < (large ? 3 : 4.5)) poor.push(told);
    }
    return poor;
  },
  texts() {
    const own = (one) => [...one.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    return [...document.querySelectorAll("body *")].filter(
      (one) => own(one) && one.checkVisibility() && !one.closest("svg, .hidden, .skip"),
    );
  },
  // Everything that can be operated has a name.
  unnamed() {
    const kinds = "input:not([type=hidden]), select, textarea, button, a, summary";
    const named = (one) =>
      one.labels?.length || one.textContent.trim() || one.getAttribute("aria-label");
    return [...document.querySelectorAll(kinds)]
      .filter((one) => one.checkVisibility() && !named(one))
      .map((one) => one.outerHTML);
  },
  twice() {
    const all = [...document.querySelectorAll("[id]")].map((one) => one.id);
    return all.filter((id, at) => all.indexOf(id) !== at);
  },
  // Levels of headings, in the order of the page.
  headings() {
    return [...document.querySelectorAll("h1, h2, h3, h4")]
      .filter((one) => one.checkVisibility())
      .map((one) => Number(one.tagName[1]));
  },
  // WCAG 2.2, 2.5.8: 24 pixels.
  small() {
    const kinds = "button, .button, input:not([type=hidden]), select, nav a";
    return [...document.querySelectorAll(kinds)]
      .filter((one) => one.checkVisibility() && !one.closest(".hidden"))
      .filter((one) => one.getBoundingClientRect().height < 24)
      .map((one) => one.outerHTML);
  },
  wide() {
    const page = document.documentElement;
    return page.scrollWidth > page.clientWidth;
  },
  // Sizes in pixels: of an outage's name, and of the smallest text that is seen.
  sizes() {
    const size = (one) => parseFloat(getComputedStyle(one).fontSize);
    const main = this.texts().filter((one) => one.closest("main"));
    const name = document.querySelector(".outage h3 a bdi");
    return { name: name && size(name), least: Math.min(...main.map(size)) };
  },
})
