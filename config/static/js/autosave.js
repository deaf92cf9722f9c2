// Saves a draft while one writes: <form data-autosave="/url/"> is posted there a moment after the
// last change, and [data-autosave-status] in it says when it was saved; "autosaved" is then sent on
// the form. The ordinary button keeps working, with and without script.
"use strict";

const WAIT_MS = 1500;
const timers = new WeakMap();
const waiting = new Set();

function status(form, state, text) {
  const line = form.querySelector("[data-autosave-status]");
  if (line) {
    line.dataset.state = state;
    line.textContent = text;
  }
}

async function save(form) {
  waiting.delete(form);
  status(form, "saving", "Sparar …");
  try {
    const data = new FormData(form);
    // Files go with the real sending, once, not with every pause in the writing.
    [...data.entries()].forEach(([name, value]) => value instanceof File && data.delete(name));
    const response = await fetch(form.dataset.autosave, {
      method: "POST",
      body: data,
      headers: { "X-Requested-With": "autosave" },
      redirect: "manual",
      // Carried through though the page is closed; only so then, for it may not be long.
      keepalive: document.visibilityState === "hidden",
    });
    if (!response.ok) {
      throw new Error(String(response.status));
    }
    const time = new Date().toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit" });
    status(form, "saved", `Utkastet sparat ${time.replace(":", ".")}`);
    form.dispatchEvent(new CustomEvent("autosaved", { bubbles: true }));
  } catch {
    status(form, "failed", "Utkastet är inte sparat. Det som står här finns kvar, vi försöker igen.");
    schedule(form, 10 * WAIT_MS);
  }
}

function schedule(form, wait = WAIT_MS) {
  waiting.add(form);
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), wait));
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.autosave) {
    schedule(form);
  }
});

function settle(form) {
  clearTimeout(timers.get(form));
  waiting.delete(form);
}

document.addEventListener("submit", (event) => settle(event.target));

// A phone that rings, a tab that is closed: save what is waiting while there is still time.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    [...waiting].forEach((form) => {
      settle(form);
      save(form);
    });
  }
});
