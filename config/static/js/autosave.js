// Saves while one writes: <form data-autosave="/url/"> is posted there a moment after the last
// change, and [data-autosave-status] in it says when it was saved; "autosaved" is then sent on the
// form. data-autosave-word is what to call it ("Utkastet sparat" if not given). The ordinary button
// keeps working, with and without script.
//
// A form with a field named "version" gets its next value from the answer's ETag. Where somebody
// else was first (409) the answer is put in [data-autosave-conflict], nothing is overwritten, and
// nothing more is saved by itself until the one who writes has chosen.
"use strict";

import { isOwn, token } from "./own.js";

const WAIT_MS = 1500;
const NOT_YOU =
  "Inte sparat: du är inte inloggad. Det som står här finns kvar. Logga in i en annan flik, så sparas det.";
const timers = new WeakMap();
const waiting = new Set();
const busy = new WeakMap();
const stopped = new WeakSet();

function status(form, state, text) {
  const line = form.querySelector("[data-autosave-status]");
  if (line) {
    line.dataset.state = state;
    line.textContent = text;
  }
}

function noteVersion(form, response) {
  const tag = (response.headers.get("ETag") || "").match(/(\d+)/);
  if (tag && form.elements.version) {
    form.elements.version.value = tag[1];
  }
}

async function conflict(form, response) {
  const place = form.querySelector("[data-autosave-conflict]");
  if (!place) {
    throw new Error("409");
  }
  stopped.add(form);
  place.innerHTML = await response.text();
  noteVersion(form, response);
  status(form, "failed", "Inte sparat. Läs vad som står ovanför, och spara sedan med knappen.");
}

async function post(form) {
  waiting.delete(form);
  status(form, "saving", "Sparar …");
  try {
    const data = new FormData(form);
    // Files go with the real sending, once, not with every pause in the writing.
    [...data.entries()].forEach(([name, value]) => value instanceof File && data.delete(name));
    const headers = { "X-Requested-With": "autosave" };
    if (token()) {
      data.delete("csrfmiddlewaretoken");
      headers["X-CSRFToken"] = token();
    }
    const response = await fetch(form.dataset.autosave, {
      method: "POST",
      body: data,
      headers,
      redirect: "manual",
      // Carried through though the page is closed; only so then, for it may not be long.
      keepalive: document.visibilityState === "hidden",
    });
    if (response.status === 409) {
      await conflict(form, response);
      return;
    }
    // Sent on to the log-in, or refused since somebody else is logged in.
    if (response.type === "opaqueredirect" || response.status === 403) {
      status(form, "failed", NOT_YOU);
      schedule(form, 10 * WAIT_MS);
      return;
    }
    if (!response.ok) {
      throw new Error(String(response.status));
    }
    noteVersion(form, response);
    const time = new Date().toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit" });
    const word = form.dataset.autosaveWord || "Utkastet sparat";
    status(form, "saved", `${word} ${time.replace(":", ".")}`);
    form.dispatchEvent(new CustomEvent("autosaved", { bubbles: true }));
  } catch {
    const what = form.dataset.autosaveWord ? "Det är" : "Utkastet är";
    status(form, "failed", `${what} inte sparat. Det som står här finns kvar, vi försöker igen.`);
    schedule(form, 10 * WAIT_MS);
  }
}

// One at a time for each form: the next one needs the version that the one before gives.
function save(form) {
  const before = busy.get(form) || Promise.resolve();
  const done = before.then(() => (stopped.has(form) ? undefined : post(form)));
  busy.set(form, done);
  done.finally(() => busy.get(form) === done && busy.delete(form));
  return done;
}

function schedule(form, wait = WAIT_MS) {
  waiting.add(form);
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), wait));
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.autosave && isOwn(form) && !stopped.has(form)) {
    schedule(form);
  }
});

// What was typed, or given back by the browser, before this script had come.
function differs(field) {
  if (field.matches("input[type=checkbox], input[type=radio]")) {
    return field.checked !== field.defaultChecked;
  }
  return field.matches("input:not([type=hidden], [type=file]), textarea") && field.value !== field.defaultValue;
}

document.querySelectorAll("form[data-autosave]").forEach((form) => {
  if (isOwn(form) && [...form.elements].some(differs)) {
    schedule(form);
  }
});

function settle(form) {
  clearTimeout(timers.get(form));
  waiting.delete(form);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  settle(form);
  if (form.elements.version && busy.has(form)) {
    // What is on its way would make the version of this one old: wait for its answer.
    event.preventDefault();
    const button = event.submitter;
    busy.get(form).finally(() => stopped.has(form) || form.requestSubmit(button));
  }
});

// A phone that rings, a tab that is closed: save what is waiting while there is still time.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") {
    [...waiting].forEach((form) => {
      settle(form);
      save(form);
    });
  }
});
