/*
 * Search inside a transcript: accents, capitals and apostrophes do not count, and a phrase may run over
 * several lines of it. What is found is wrapped in <mark>, and taken out again when the words change.
 */

/** Fold `text`, and say for each folded character which one of `text` it comes from. */
export function fold(text) {
  let folded = "";
  const origin = [];
  for (let index = 0; index < text.length; index++) {
    let plain = text[index].normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    if (plain === "œ") plain = "oe";
    else if (plain === "æ") plain = "ae";
    else if (plain === "’") plain = "'";
    else if (/\s/.test(plain)) {
      // Spaces of every kind are one space.
      if (folded.endsWith(" ")) continue;
      plain = " ";
    }
    for (const character of plain) {
      folded += character;
      origin.push(index);
    }
  }
  return { folded, origin };
}

/** Spans [from, to[ of `text` that read like `words`. */
export function spansOf(text, words) {
  const wanted = fold(words).folded.trim();
  if (wanted.length < 2) return [];
  const { folded, origin } = fold(text);
  const spans = [];
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + wanted.length)) {
    spans.push([origin[at], origin[at + wanted.length - 1] + 1]);
  }
  return spans;
}

export class TranscriptSearch {
  /** `paragraphs`: elements to search; `status`: says the count; `show(element)`: brings it to sight. */
  constructor(form, { paragraphs, status, show }) {
    this.paragraphs = paragraphs;
    this.status = status;
    this.show = show;
    this.input = form.querySelector("input");
    this.found = [];
    this.here = -1;
    let wait;
    this.input.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => this.search(), 200);
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.input.value) {
        event.preventDefault();
        this.input.value = "";
        this.search();
      } else if (event.key === "Enter" && event.shiftKey) {
        event.preventDefault();
        this.go(-1);
      }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(wait);
      if (this.input.value !== this.asked) this.search();
      this.go(1);
    });
    form.querySelector("[data-previous]").addEventListener("click", () => this.go(-1));
  }

  search() {
    this.asked = this.input.value;
    this.clear();
    for (const paragraph of this.paragraphs) this.found.push(...mark(paragraph, this.asked));
    const number = this.found.length;
    if (fold(this.asked).folded.trim().length < 2) this.say("");
    else if (!number) this.say("Aucun passage.");
    else this.say(number === 1 ? "1 passage" : `${number} passages`);
  }

  go(step) {
    if (!this.found.length) return;
    for (const part of this.found[this.here] ?? []) part.classList.remove("is-here");
    this.here = (this.here + step + this.found.length + (this.here < 0 && step < 0 ? 1 : 0)) % this.found.length;
    for (const part of this.found[this.here]) part.classList.add("is-here");
    this.show(this.found[this.here][0]);
    this.say(`Passage ${this.here + 1} sur ${this.found.length}`);
  }

  clear() {
    for (const part of this.found.flat()) {
      const parent = part.parentNode;
      part.replaceWith(...part.childNodes);
      parent.normalize();
    }
    this.found = [];
    this.here = -1;
  }

  say(text) {
    this.status.textContent = text;
  }
}

/** Wrap each place of `paragraph` that reads like `words`; returns one array of marks a place. */
function mark(paragraph, words) {
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = "";
  while (walker.nextNode()) {
    // The name of the voice is not what is said.
    if (walker.currentNode.parentElement.closest(".turn__voice")) continue;
    nodes.push({ node: walker.currentNode, from: text.length });
    text += walker.currentNode.data;
  }
  const places = spansOf(text, words).map((span) => ({ span, marks: [] }));
  // From the end, so that what is before keeps its positions.
  for (const { node, from } of nodes.reverse()) {
    for (const { span, marks } of [...places].reverse()) {
      const start = Math.max(span[0] - from, 0);
      const end = Math.min(span[1] - from, node.data.length);
      if (start >= end || !node.data.slice(start, end).trim()) continue;
      const range = document.createRange();
      range.setStart(node, start);
      range.setEnd(node, end);
      const element = document.createElement("mark");
      range.surroundContents(element);
      marks.unshift(element);
    }
  }
  return places.map((place) => place.marks).filter((marks) => marks.length);
}
