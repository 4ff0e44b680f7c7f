// Notes who is there without leaving the page. Where anything fails, the form is sent as without a script.
const summary = document.querySelector("[data-summary]");

function show(form, attendance) {
  for (const button of form.querySelectorAll("button")) {
    const pressed = button.dataset.value === attendance;
    button.setAttribute("aria-pressed", String(pressed));
    // Pressed again, a button takes back what it said.
    button.value = pressed ? "" : button.dataset.value;
  }
}

async function send(form, button) {
  const body = new FormData(form);
  body.set(button.name, button.value);
  const response = await fetch(form.action, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    redirect: "error",
  });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

for (const form of document.querySelectorAll("[data-presence]")) {
  let busy = false;
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button || form.dataset.plain) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    try {
      const answer = await send(form, button);
      show(form, answer.attendance);
      if (summary) summary.textContent = answer.summary;
      for (const all of document.querySelectorAll("[data-all]")) all.hidden = answer.unknown === 0;
    } catch {
      form.dataset.plain = "yes";
      form.requestSubmit(button);
    } finally {
      busy = false;
    }
  });
}
