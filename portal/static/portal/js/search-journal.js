// Tells the journal of searches, which knows no one, what became of a search. Without this module, or where a
// request is lost, nothing changes for the reader: the links are plain ones.
const form = document.getElementById("recherche");
const token = () => document.getElementById("resultats")?.dataset.journal ?? "";

function tell(action, details) {
  // The answer is read by nobody, and the page may be on its way out.
  navigator.sendBeacon?.(new URL(action, form.action), new URLSearchParams({ jeton: token(), ...details }));
}

// While one types, each request names the search before it: in a header, since a field would show in the address.
form?.addEventListener("htmx:configRequest", (event) => {
  if (event.target === form && token()) event.detail.headers["X-Search-Token"] = token();
});

// Come back to, or read again: it is not another search.
const [visit] = performance.getEntriesByType("navigation");
if (token() && (visit?.type === "back_forward" || visit?.type === "reload")) {
  tell("retour", {});
  delete document.getElementById("resultats").dataset.journal;
}

function opened(event) {
  // The editors' choice stands first, whatever follows.
  const hit = event.target.closest("a[href]")?.closest(".hits > .hit, .picks > .pick");
  if (hit && token()) tell("clic", { rang: [...hit.parentElement.children].indexOf(hit) + 1 });
}

form?.addEventListener("click", opened);
// The middle button opens another tab.
form?.addEventListener("auxclick", (event) => {
  if (event.button === 1) opened(event);
});
