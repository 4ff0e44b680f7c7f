/*
 * Suggestions under every search box: an editable combobox with a list (WAI-ARIA APG, manual selection).
 * Without this module, or when the server does not answer, the box is a plain search box.
 *
 * Keys: down and up go through the list, Enter opens what is chosen (and searches when nothing is), Escape
 * closes the list, then empties the box; in the text, the other keys do what they always do.
 */

const PAUSE = 150;
const SETTLED = 900;
const SHORTEST = 2;
const LOWEST = 180;
const HIGHEST = 460;

let boxes = 0;

/** The one place where screen readers are told how much there is. */
const status = document.createElement("p");
status.className = "visually-hidden";
status.setAttribute("role", "status");
document.body.append(status);

class Suggestions {
  constructor(input) {
    this.input = input;
    this.id = `suggestions-${++boxes}`;
    this.active = -1;
    this.options = [];
    this.list = document.createElement("div");
    this.list.id = this.id;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Suggestions");
    input.closest("[data-suggestions-place]").append(this.list);
    for (const [name, value] of Object.entries({
      // ARIA in HTML lets no search field be a combobox.
      type: "text",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.id,
      autocapitalize: "off",
      spellcheck: "false",
    })) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", (event) => this.typed(event));
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("blur", () => this.close());
    input.form?.addEventListener("submit", () => this.close());
    // The focus stays in the box while a suggestion, or the list's scrollbar, is pressed.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    // Coming back to a page that the browser kept.
    window.addEventListener("pagehide", () => this.close());
  }

  get isOpen() {
    return !this.list.hidden;
  }

  typed(event) {
    this.activate(-1);
    if (!event.isComposing) this.askSoon();
  }

  askSoon() {
    this.forget();
    if (this.input.value.trim().length < SHORTEST) this.close();
    else this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  /** Drop what is awaited: an answer to older words never shows. */
  forget() {
    clearTimeout(this.timer);
    clearTimeout(this.speaking);
    this.asking?.abort();
  }

  /** Ask for what the words may mean; `then` is told when the list shows. */
  async ask(then) {
    this.forget();
    const asking = (this.asking = new AbortController());
    const address = new URL(this.input.dataset.suggestions, location.href);
    address.searchParams.set("q", this.input.value);
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(`suggestions: ${answer.status}`);
      const { suggestions } = await answer.json();
      if (asking.signal.aborted || document.activeElement !== this.input) return;
      this.show(suggestions);
      if (this.isOpen) then?.();
    } catch {
      if (!asking.signal.aborted) this.close();
    }
  }

  show(suggestions) {
    this.activate(-1);
    this.options = [];
    const groups = new Map();
    for (const suggestion of suggestions) {
      if (!groups.has(suggestion.group)) groups.set(suggestion.group, this.group(suggestion.group, groups.size));
      const option = this.option(suggestion);
      groups.get(suggestion.group).append(option);
      this.options.push(option);
    }
    this.list.replaceChildren(...groups.values());
    this.list.scrollTop = 0;
    this.expand(this.options.length > 0);
    this.speak();
  }

  group(title, number) {
    const group = document.createElement("div");
    const heading = document.createElement("div");
    heading.id = `${this.id}-group-${number}`;
    heading.className = "suggestions__title";
    heading.setAttribute("role", "presentation");
    heading.textContent = title;
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", heading.id);
    group.append(heading);
    return group;
  }

  option({ label, detail, type, url }) {
    const option = document.createElement("a");
    option.id = `${this.id}-option-${this.options.length}`;
    option.className = "suggestions__option";
    option.href = url;
    option.dataset.type = type;
    option.tabIndex = -1;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const words = document.createElement("span");
    words.textContent = label;
    option.append(words);
    if (detail) {
      const more = document.createElement("span");
      more.className = "suggestions__detail";
      more.textContent = detail;
      option.append(" ", more);
    }
    // A place of the same page is reached without leaving it.
    option.addEventListener("click", () => this.close());
    return option;
  }

  /** Say the number once the typing has stopped: a voice that counts at each letter hides the letters. */
  speak() {
    clearTimeout(this.speaking);
    const number = this.options.length;
    this.speaking = setTimeout(() => {
      if (!number) status.textContent = "Aucune suggestion";
      else status.textContent = `${number}\u00a0${number < 2 ? "suggestion" : "suggestions"}, flèche bas pour les lire`;
    }, SETTLED);
  }

  expand(open) {
    this.list.hidden = !open;
    if (open) this.fit();
    this.input.setAttribute("aria-expanded", String(open));
  }

  /** As high as the window has room below the box (above the keyboard of a phone), and never a slit. */
  fit() {
    const below = (window.visualViewport?.height ?? innerHeight) - this.list.getBoundingClientRect().top;
    this.list.style.maxHeight = `${Math.min(Math.max(below - 12, LOWEST), HIGHEST)}px`;
  }

  close() {
    this.forget();
    this.activate(-1);
    this.expand(false);
    status.textContent = "";
  }

  activate(number) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = number;
    const option = this.options[number];
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
    // The first one is shown with the title of its group.
    if (number === 0) this.list.scrollTop = 0;
    else option.scrollIntoView({ block: "nearest" });
  }

  /** Go by one; past an end, the box itself comes before the other end. */
  step(by) {
    const places = this.options.length + 1;
    this.activate(((this.active + 1 + by + places) % places) - 1);
  }

  pressed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        this.arrow(event);
        break;
      case "Enter":
        if (this.isOpen && this.active >= 0) {
          event.preventDefault();
          this.options[this.active].click();
        } else this.close();
        break;
      case "Escape":
        this.escape(event);
        break;
      case "Home":
      case "End":
      case "ArrowLeft":
      case "ArrowRight":
        // These are about the text: the box is where one is again.
        this.activate(-1);
        break;
      case "Tab":
        this.close();
        break;
    }
  }

  arrow(event) {
    const by = event.key === "ArrowDown" ? 1 : -1;
    if (event.altKey) {
      event.preventDefault();
      if (by < 0) this.close();
      else if (!this.isOpen) this.ask();
    } else if (this.isOpen) {
      event.preventDefault();
      this.step(by);
    } else if (this.input.value.trim().length >= SHORTEST) {
      event.preventDefault();
      this.ask(() => this.step(by));
    }
  }

  escape(event) {
    if (this.isOpen) this.close();
    else if (this.input.value) {
      this.close();
      this.input.value = "";
      this.input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    } else return;
    // What is around (the phone menu) closes at the next one.
    event.preventDefault();
    event.stopPropagation();
  }
}

for (const input of document.querySelectorAll("input[data-suggestions]")) new Suggestions(input);
