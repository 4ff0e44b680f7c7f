// The facilitator's clock: one step after the other, kept on this device if the page is left or the phone locks.
const clock = document.querySelector("[data-clock]");
const steps = [...document.querySelectorAll("[data-minutes]")];
const durations = steps.map((step) => Number(step.dataset.minutes) * 60_000);
const part = (name) => clock.querySelector(`[data-${name}]`);
const key = `entre-pairs:${clock.dataset.key}`;

// index: the step; spent: milliseconds spent on it before the last start; since: that start, or null when paused.
// total: milliseconds spent on the steps before it.
const fresh = () => ({ index: 0, spent: 0, since: null, total: 0 });
let state = { ...fresh(), ...read() };
let lock = null;

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return kept && kept.index < steps.length ? kept : null;
  } catch {
    return null; // Storage may be refused, or hold something else.
  }
}

function keep() {
  try {
    localStorage.setItem(key, JSON.stringify(state));
  } catch {
    // The clock still runs; only leaving the page would lose it.
  }
}

const onStep = () => state.spent + (state.since === null ? 0 : Date.now() - state.since);

function written(milliseconds) {
  const seconds = Math.ceil(Math.abs(milliseconds) / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

// A button that goes away leaves the focus on one that stays.
function hide(button, hidden) {
  if (hidden && document.activeElement === button) part("toggle").focus();
  button.hidden = hidden;
}

function draw() {
  const left = durations[state.index] - onStep();
  const planned = durations.reduce((sum, duration) => sum + duration, 0);
  const after = durations.slice(state.index + 1).reduce((sum, duration) => sum + duration, 0);
  // What is left to do, not what was planned: a step that ran over pushes the end.
  const overall = Math.max(0, left) + after;
  const started = state.since !== null || state.total > 0 || state.spent > 0;
  part("step").textContent = steps[state.index].dataset.label;
  part("left").textContent = left < 0 ? `+ ${written(left)}` : written(left);
  part("bar").value = Math.min(1, onStep() / durations[state.index]);
  clock.classList.toggle("clock--over", left < 0);
  // On the clock that the page speaks of, wherever the phone is.
  const end = new Date(Date.now() + overall).toLocaleTimeString("fr-FR", {
    hour: "numeric",
    minute: "2-digit",
    timeZone: "Europe/Paris",
  });
  part("overall").textContent = started
    ? `${left < 0 ? "Temps dépassé. " : ""}Il reste ${written(overall)} en tout\u00a0: fin vers ${end.replace(":", "\u00a0h\u00a0")}.`
    : `${Math.round(planned / 60_000)}\u00a0minutes en tout.`;
  part("toggle").textContent = state.since === null ? (started ? "Reprendre" : "Démarrer") : "Pause";
  hide(part("next"), state.index === steps.length - 1);
  hide(part("previous"), state.index === 0);
  hide(part("reset"), !started);
  for (const [number, step] of steps.entries()) {
    step.classList.toggle("timeline__step--done", number < state.index);
    if (number === state.index) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  }
}

// Said aloud at step changes only: a clock that counts aloud covers the group.
function say() {
  const minutes = Math.round(durations[state.index] / 60_000);
  part("say").textContent = `${steps[state.index].dataset.label}, ${minutes}\u00a0minutes.`;
}

async function stayAwake(wanted) {
  try {
    if (wanted && !lock) lock = await navigator.wakeLock?.request("screen");
    if (!wanted && lock) {
      await lock.release();
      lock = null;
    }
  } catch {
    lock = null; // A battery saver may refuse it.
  }
}

function go(index) {
  state.total += onStep();
  state.index = index;
  state.spent = 0;
  if (state.since !== null) state.since = Date.now();
  say();
  keep();
  draw();
}

part("toggle").addEventListener("click", () => {
  if (state.since === null) {
    if (state.index === 0 && !state.spent && !state.total) say();
    state.since = Date.now();
  } else {
    state.spent = onStep();
    state.since = null;
  }
  stayAwake(state.since !== null);
  keep();
  draw();
});
part("next").addEventListener("click", () => go(state.index + 1));
part("previous").addEventListener("click", () => go(state.index - 1));
part("reset").addEventListener("click", () => {
  state = fresh();
  stayAwake(false);
  keep();
  draw();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") {
    // The system gives the lock up when the page is hidden.
    lock = null;
    stayAwake(state.since !== null);
    draw();
  }
});

clock.hidden = false;
draw();
setInterval(() => {
  if (state.since !== null) draw();
}, 500);
