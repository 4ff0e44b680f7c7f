/*
 * The search page beside htmx: one request for one search, an address for each state, the focus where it
 * was, and the count told once. Without it the page is a form; without htmx too.
 */

const ANNOUNCE = 1000;

const form = document.getElementById("recherche");
const box = document.getElementById("q");
const panel = form.querySelector(".facets.panel");
const announcement = document.getElementById("annonce");
const failure = document.getElementById("panne");
const failureText = document.getElementById("panne-texte");
const wide = window.matchMedia("(min-width: 901px)");

const results = () => document.getElementById("resultats");
const count = () => document.getElementById("compte");

/** A search as one text: two ways to the same results are the same. */
function stateOf(parameters) {
  const pairs = [...parameters].filter(([, value]) => value.trim()).map(([name, value]) => [name, value.trim()]);
  return new URLSearchParams(pairs.sort()).toString();
}

const formState = () => stateOf(new URLSearchParams(new FormData(form)));

let shown = stateOf(new URLSearchParams(location.search));
let isTyping = false;
let announcing;

form.classList.add("is-live");

// --- One request for one search: Enter, the pause after the last letter and the tick may all ask for it.

form.addEventListener("htmx:confirm", (event) => {
  const { elt, path } = event.detail;
  const asked = elt === form ? formState() : stateOf(new URL(path, location.href).searchParams);
  if (asked === shown) event.preventDefault();
  shown = asked;
});

form.addEventListener("htmx:beforeRequest", () => {
  clearTimeout(announcing);
  announcement.textContent = "";
  results().setAttribute("aria-busy", "true");
});

form.addEventListener("htmx:afterRequest", (event) => {
  results().removeAttribute("aria-busy");
  if (event.detail.successful) {
    failure.replaceChildren();
    announcing = setTimeout(() => {
      announcement.textContent = count().innerText;
    }, ANNOUNCE);
  }
});

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  form.addEventListener(name, () => {
    // What shows is of another search: the same one may be asked for again.
    shown = null;
    failure.replaceChildren(failureText.content.cloneNode(true));
  });
}

// --- The address: what one types is one step of the history, each choice is another.

document.body.addEventListener("htmx:beforeHistoryUpdate", (event) => {
  const typed = event.detail.requestConfig?.triggeringEvent?.type === "input";
  if (typed && isTyping) event.detail.history.type = "replace";
  isTyping = typed;
});

// --- The focus and what is unfolded

form.addEventListener("htmx:oobBeforeSwap", (event) => {
  for (const part of event.detail.fragment.querySelectorAll("details[id]")) {
    if (document.getElementById(part.id)?.open) part.open = true;
  }
});

form.addEventListener("htmx:afterSettle", () => {
  // What was pressed is gone (a filter taken back): the count tells what became of the results.
  if (document.activeElement === document.body) count().focus({ preventScroll: true });
  // Beside the facets, far down a list, the new one is read from its beginning.
  const bar = document.getElementById("barre");
  if (wide.matches && bar.getBoundingClientRect().top < 0) bar.scrollIntoView({ behavior: "instant" });
});

form.addEventListener("submit", (event) => {
  isTyping = false;
  if (event.submitter?.matches("[data-apply]") && !wide.matches) {
    panel.open = false;
    count().focus();
  } else if (window.matchMedia("(pointer: coarse)").matches) {
    // The keyboard of a phone goes away and leaves the results to be seen.
    box.blur();
  }
});

// --- Beside the results the panel is open, for who goes by what a part says of itself as well.

const adapt = () => {
  panel.open = wide.matches;
};
wide.addEventListener("change", adapt);
adapt();
