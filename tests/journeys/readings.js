// What the tests read in a page. Each function returns a list of sentences: what a reader would stumble over.

function shows(element) {
  return element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
}

function isSpoken(element) {
  return shows(element) && !element.closest("[aria-hidden=true], script, style, template, noscript");
}

function short(element) {
  return element.outerHTML.replace(/\s+/g, " ").slice(0, 140);
}

/** The name that is read aloud, as far as our templates go: labels, texts, alternatives. */
function nameOf(element) {
  const labelledBy = element.getAttribute("aria-labelledby");
  if (labelledBy) return labelledBy.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim();
  const label = element.getAttribute("aria-label");
  if (label) return label.trim();
  let name = "";
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) name += node.data;
    else if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") continue;
    else if (node.tagName === "IMG") name += ` ${node.alt} `;
    else if (node.checkVisibility({ visibilityProperty: true })) name += ` ${nameOf(node)} `;
  }
  return name.replace(/\s+/g, " ").trim();
}

function structure() {
  const found = [];
  if (document.documentElement.lang !== "fr") found.push("the language of the page is not said");
  if (!document.title.trim()) found.push("no title");
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(isSpoken);
  const first = headings.filter((heading) => heading.tagName === "H1");
  if (first.length !== 1) found.push(`${first.length} h1`);
  headings.reduce((before, heading) => {
    const level = Number(heading.tagName[1]);
    if (level > before + 1) found.push(`a hole before ${short(heading)}`);
    return level;
  }, 0);
  for (const heading of headings) if (!nameOf(heading)) found.push(`empty heading: ${short(heading)}`);
  for (const table of document.querySelectorAll("table")) {
    if (!shows(table)) continue;
    if (!table.caption && !table.getAttribute("aria-label") && !table.getAttribute("aria-labelledby")) found.push(`a table without a caption: ${short(table)}`);
    if (!table.querySelector("th[scope]")) found.push(`a table without headers: ${short(table)}`);
    for (const th of table.querySelectorAll("th:not([scope])")) found.push(`a header without a scope: ${short(th)}`);
  }
  const errors = document.querySelector(".errors");
  if (errors && document.activeElement !== errors) found.push("a refused form does not begin at its summary");
  for (const link of errors?.querySelectorAll("a") ?? []) {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) found.push(`an error that leads nowhere: ${short(link)}`);
    else if (field.matches("input, select, textarea") && field.getAttribute("aria-invalid") !== "true") found.push(`a refused field that does not say so: ${short(field)}`);
  }
  for (const frame of document.querySelectorAll("iframe:not([title]), video:not([aria-label]), audio:not([aria-label])")) {
    found.push(`without a name: ${short(frame)}`);
  }
  for (const link of document.querySelectorAll("a[target=_blank]")) found.push(`a new window: ${short(link)}`);
  return found;
}

/** Dates spoken whole, no sign read as a word, names that say what they act on. */
function spokenText() {
  const found = new Set();
  const alone = /^[\s·•|›»«/\\>→←–—,;:.…*-]+$/u;
  const inside = /\s[·•|›→]\s/u;
  const cutDate = /\b\d{1,2}(er)?\s+(janv|févr|avr|juil|sept|oct|nov|déc)\b\.?|\b(lun|mar|mer|jeu|ven|sam|dim)\.\s/iu;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (!data.trim() || !isSpoken(parentElement)) continue;
    // A cell without a value, and the letters of the demonstration as they left.
    if (data.trim() === "–" && parentElement.tagName === "TD" || parentElement.closest("article[id^=courriel-]")) continue;
    // A sign between two marked parts of one sentence is punctuation; alone in its block it is drawing.
    const block = parentElement.closest("p, li, dd, dt, td, th, h1, h2, h3, h4, nav, div, section");
    if (alone.test(data) && (!/^[\s,;:.…?!«»]+$/u.test(data) || block.textContent.trim() === data.trim())) found.add(`a sign read aloud: « ${data.trim()} » in ${short(parentElement)}`);
    if (inside.test(data)) found.add(`a sign read aloud: ${data.trim().slice(0, 90)}`);
    if (cutDate.test(data)) found.add(`a date cut short: ${data.trim().slice(0, 90)}`);
  }
  for (const element of document.querySelectorAll("body *")) {
    if (!isSpoken(element)) continue;
    for (const pseudo of ["::before", "::after"]) {
      const content = getComputedStyle(element, pseudo).content;
      if (/^(none|normal|""|counter|"" \/ )/.test(content) || / \/ ".*"$/.test(content)) continue;
      found.add(`drawn and read aloud: ${content} on ${short(element)}`);
    }
  }
  return [...found];
}

function names() {
  const found = new Set();
  const byName = new Map();
  const add = (element, target) => {
    const name = nameOf(element).toLowerCase();
    if (!name) found.add(`no name: ${short(element)}`);
    const key = `${element.tagName} ${name}`;
    if (!byName.has(key)) byName.set(key, new Map());
    byName.get(key).set(target, element);
  };
  for (const link of document.querySelectorAll("a[href]")) {
    // A line of suggestions is no link to who hears it; where on the page one lands changes nothing.
    if (isSpoken(link) && !link.closest("[role=listbox]")) add(link, link.getAttribute("href").startsWith("#") ? link.hash : link.href.split("#")[0].replaceAll("%20", "+"));
  }
  for (const button of document.querySelectorAll("button")) {
    if (!isSpoken(button)) continue;
    const form = button.form;
    const target = [button.type, form && [form.action, form.id, ...new FormData(form)].join(" "), button.name, button.value];
    // Two searches, in the header and in the page, do the same.
    add(button, form?.method === "get" ? new URL(form.action).pathname : target.join(" "));
  }
  for (const summary of document.querySelectorAll("summary")) if (isSpoken(summary)) add(summary, summary.parentElement.id || short(summary) + found.size + Math.random());
  for (const [key, targets] of byName) {
    if (targets.size > 1) found.add(`the same name for ${targets.size}: ${key} → ${[...targets.keys()].slice(0, 2).join(" , ").slice(0, 200)}`);
  }
  const labels = new Map();
  for (const field of document.querySelectorAll("input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea")) {
    if (!isSpoken(field)) continue;
    const name = (field.labels?.[0] ? nameOf(field.labels[0]) : nameOf(field)) || "";
    if (!name) found.add(`a field without a label: ${short(field)}`);
    if (labels.has(name) && field.name !== "q") found.add(`two fields « ${name} »`);
    labels.set(name, field);
  }
  return [...found];
}

/** Fields about the person say so (WCAG 1.3.5). */
function autocomplete() {
  const tokens = {
    email: ["email", "off"],
    login: ["email", "username"],
    password: ["current-password", "new-password"],
    password1: ["new-password"],
    password2: ["new-password"],
    oldpassword: ["current-password"],
    first_name: ["given-name"],
    last_name: ["family-name"],
    structure: ["organization"],
    fonction: ["organization-title", ""],
    code: ["one-time-code"],
    phone: ["tel"],
  };
  return [...document.querySelectorAll("main input:not([type=checkbox], [type=radio], [type=hidden]), main select")]
    .filter((field) => tokens[field.name] && !tokens[field.name].includes((field.autocomplete || "").replace(/ webauthn$/, "")))
    .map((field) => `autocomplete « ${field.autocomplete} »: ${short(field)}`);
}

function sideways(width) {
  const wide = document.documentElement.scrollWidth;
  if (wide <= width) return [];
  const beyond = [...document.querySelectorAll("body *")].filter((e) => shows(e) && e.getBoundingClientRect().right > width + 1);
  const deepest = beyond.filter((e) => ![...e.children].some((child) => beyond.includes(child)));
  return [`it scrolls sideways, ${wide} px for ${width}: ${deepest.slice(0, 3).map(short).join(" , ")}`];
}

/** The reader's own style, instead of the one before; the page's security policy has no say in it. */
function restyle(css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}

/** Text that its box cuts, and texts on top of one another. */
function cut() {
  const found = new Set();
  for (const element of document.querySelectorAll("body *")) {
    if (!shows(element) || element.closest("svg, .visually-hidden, video, audio, select, textarea, input")) continue;
    const style = getComputedStyle(element);
    if (style.position === "absolute" && element.clientWidth <= 1) continue;
    const clips = (value) => value === "hidden" || value === "clip";
    if (!element.textContent.trim() || element.clientWidth <= 1) continue;
    if (clips(style.overflowY) && element.scrollHeight > element.clientHeight + 2) found.add(`cut in height: ${short(element)}`);
    if (clips(style.overflowX) && element.scrollWidth > element.clientWidth + 2) found.add(`cut in width: ${short(element)}`);
  }
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.data.trim() || !shows(node.parentElement)) continue;
    if (node.parentElement.closest("svg, .visually-hidden, .suggestions, .site-menu__panel, .skip, option")) continue;
    // What sticks is made to be on top; what scrolls in its own box shows as far as that box goes.
    let apart = false;
    let scroller = null;
    for (let up = node.parentElement; up && !apart; up = up.parentElement) {
      const { position, overflowY, overflow } = getComputedStyle(up);
      apart = position === "sticky" || position === "fixed" || (up.clientWidth <= 1 && position === "absolute" && overflow !== "visible");
      if (!scroller && (overflowY === "auto" || overflowY === "scroll") && up.scrollHeight > up.clientHeight && up !== document.body) scroller = up.getBoundingClientRect();
    }
    if (apart) continue;
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width > 1 && box.height > 1 && !(scroller && (box.bottom > scroller.bottom || box.top < scroller.top))) boxes.push({ box, node });
    }
  }
  boxes.sort((one, other) => one.box.top - other.box.top);
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length && boxes[j].box.top < boxes[i].box.bottom; j++) {
      const [one, other] = [boxes[i], boxes[j]];
      if (one.node === other.node) continue;
      const high = Math.min(one.box.bottom, other.box.bottom) - other.box.top;
      const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      // Lines of one paragraph overlap by what accents need.
      if (wide > 2 && high > 0.55 * Math.min(one.box.height, other.box.height)) {
        found.add(`on top of one another: « ${one.node.data.trim().slice(0, 40)} » and « ${other.node.data.trim().slice(0, 40)} »`);
      }
    }
  }
  return [...found];
}

/** Controls that a finger finds hard: 44 px for what one presses, 24 elsewhere (axe's own rule). */
function smallTargets(least) {
  const found = new Set();
  const controls = "button, summary, select, textarea, input:not([type=hidden], [type=checkbox], [type=radio]), .btn, .site-header a, .site-footer nav a, .actions > a, main nav a, .chips a, .pagination a, [role=option], .linkish, label:has(> input[type=checkbox]), label:has(> input[type=radio])";
  for (const element of document.querySelectorAll(controls)) {
    if (!shows(element) || element.closest(".crumbs, .visually-hidden, .skip")) continue;
    const { width, height } = element.getBoundingClientRect();
    if (height < least - 0.5 || width < Math.min(least, 24)) found.add(`${Math.round(width)}×${Math.round(height)}: ${short(element)}`);
  }
  return [...found];
}

function moving() {
  const found = new Set();
  for (const element of document.querySelectorAll("body, body *")) {
    for (const pseudo of [undefined, "::before", "::after"]) {
      const style = getComputedStyle(element, pseudo);
      if (style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0)) found.add(`a transition: ${short(element)}`);
      if (style.animationName !== "none") found.add(`an animation: ${short(element)}`);
    }
    if (getComputedStyle(element).scrollBehavior === "smooth") found.add(`a smooth scroll: ${short(element)}`);
  }
  if (getComputedStyle(document.documentElement).scrollBehavior === "smooth") found.add("the page scrolls smoothly");
  return [...found];
}

// --- The focus

function luminance(colour) {
  const [red, green, blue] = colour.match(/[\d.]+/g).slice(0, 3).map((part) => {
    const channel = Number(part) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** The colour behind an element: that of the nearest box that has one. */
function ground(element) {
  for (let up = element; up; up = up.parentElement) {
    const colour = getComputedStyle(up).backgroundColor;
    if (!/^(transparent|rgba\(.*, 0\))$/.test(colour)) return colour;
  }
  return "rgb(255, 255, 255)";
}

const RING = 3;

/** What is wrong with the element that has the focus; `null` when nothing has it. */
function focusReport() {
  const element = document.activeElement;
  if (element === document.body || element === document.documentElement) return null;
  const found = [];
  const boxes = [...element.getClientRects()];
  const box = boxes[0] ?? element.getBoundingClientRect();
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  if (!boxes.length || bottom - top < Math.min(box.height, 10) || right - left < Math.min(box.width, 10)) found.push("out of sight");
  else {
    // A part of it at least is on top (WCAG 2.4.11); a label is as good as its box.
    const spots = [0.5, 0.15, 0.85].flatMap((x) => [0.5, 0.2, 0.8].map((y) => document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y)));
    const seen = spots.filter((spot) => spot && (element.contains(spot) || spot.contains(element) || spot.closest("label")?.control === element));
    if (seen.length < 5) found.push(`covered by ${short(spots.find((spot) => spot && !seen.includes(spot)) ?? document.body)}`);
  }
  // The browser's own controls of a film draw their own ring.
  if (!["VIDEO", "AUDIO"].includes(element.tagName)) found.push(...ringOf(element));
  const before = window.focusBefore;
  if (before && element.compareDocumentPosition(before) & Node.DOCUMENT_POSITION_FOLLOWING) found.push("it comes back up the page");
  window.focusBefore = element;
  return { what: short(element), found };
}

function ringOf(element) {
  const rings = [];
  for (let up = element; up && up !== document.body; up = up.parentElement) {
    const style = getComputedStyle(up);
    const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    if (drawn && (up === element || up.matches(":focus-within"))) {
      const halo = style.boxShadow === "none" ? null : style.boxShadow.match(/rgba?\([^)]+\)/)[0];
      const inside = parseFloat(style.outlineOffset) < 0;
      rings.push({ outline: style.outlineColor, halo, behind: ground(inside ? up : up.parentElement) });
    }
  }
  if (!rings.length) return ["no ring"];
  const found = [];
  if (!rings.some(({ outline, halo }) => halo && contrast(outline, halo) >= RING)) found.push("a ring of one tone");
  for (const { outline, halo, behind } of rings) {
    if (Math.max(contrast(outline, behind), halo ? contrast(halo, behind) : 1) < RING) found.push(`a ring ${outline} / ${halo} on ${behind}`);
  }
  return found;
}

// --- Colours that the reader's system imposes

function forced() {
  const found = new Set();
  for (const icon of document.querySelectorAll("svg.ico")) {
    if (!shows(icon) || icon.closest("[hidden]")) continue;
    const { stroke, fill } = getComputedStyle(icon);
    const ink = stroke === "none" ? fill : stroke;
    if (contrast(ink, ground(icon.parentElement)) < RING) found.add(`an icon that does not show: ${ink} on ${ground(icon.parentElement)}, in ${short(icon.parentElement)}`);
  }
  for (const bar of document.querySelectorAll(".seats__bar, svg.bar")) {
    const inks = [...bar.querySelectorAll("rect")].map((rect) => getComputedStyle(rect).fill);
    if (!inks.some((ink) => contrast(ink, ground(bar.parentElement)) >= RING)) found.add(`a bar that does not show: ${inks} on ${ground(bar.parentElement)}`);
  }
  for (const taken of document.querySelectorAll(".seats__taken")) {
    const [one, other] = [taken, taken.parentElement.querySelector(".seats__all")].map((rect) => getComputedStyle(rect).fill);
    if (contrast(one, other) < RING) found.add(`seats taken and left look the same: ${one}, ${other}`);
  }
  for (const pressed of document.querySelectorAll(".btn, .chips a, .pagination [aria-current], main input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea")) {
    if (!shows(pressed)) continue;
    const box = [pressed, pressed.parentElement].map((element) => getComputedStyle(element));
    if (!box.some((style) => parseFloat(style.borderBottomWidth) >= 1 && style.borderBottomStyle !== "none")) found.add(`nothing marks what one presses: ${short(pressed)}`);
  }
  for (const here of document.querySelectorAll(".site-nav a[aria-current], .tabs a[aria-current]")) {
    const { borderBottomWidth, fontWeight } = getComputedStyle(here);
    if (shows(here) && parseFloat(borderBottomWidth) < 1 && Number(fontWeight) < 600) found.add(`where one is does not show: ${short(here)}`);
  }
  return [...found];
}
