// Keys for those who go through a list many times a day. Rows: j and k, or the arrows once a row
// is chosen; Enter opens, x ticks. A single letter presses the control with data-key. Every key
// is listed in the help (?), and none works while one writes or a dialog is open.
"use strict";

const ROWS = "table[data-list] tbody tr";

function isWriting(target) {
  return target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
}

function currentRow() {
  return document.activeElement?.closest(ROWS) ?? null;
}

function moveRow(step) {
  const rows = [...document.querySelectorAll(ROWS)];
  if (rows.length === 0) {
    return false;
  }
  const at = rows.indexOf(currentRow());
  const next = at === -1 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  const row = rows[Math.min(rows.length - 1, Math.max(0, next))];
  row.tabIndex = -1;
  rows.forEach((other) => other.classList.toggle("is-at", other === row));
  row.focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function onRow(key) {
  const row = currentRow();
  if (key === "Enter" && row === document.activeElement) {
    const link = row.querySelector("th a, td a");
    link?.click();
    return Boolean(link);
  }
  if (key === "x" && row) {
    const tick = row.querySelector("input[type=checkbox]");
    tick?.click();
    return Boolean(tick);
  }
  return false;
}

function pressKey(key) {
  const control = document.querySelector(`[data-key="${CSS.escape(key)}"]:not([disabled])`);
  if (!control) {
    return false;
  }
  if (control.matches("input, textarea, select")) {
    control.focus();
    control.select?.();
  } else {
    control.click();
  }
  return true;
}

function handle(event) {
  const { key } = event;
  if (key === "?") {
    document.getElementById("shortcuts")?.showModal();
    return true;
  }
  if (key === "j" || (key === "ArrowDown" && currentRow())) {
    return moveRow(1);
  }
  if (key === "k" || (key === "ArrowUp" && currentRow())) {
    return moveRow(-1);
  }
  return onRow(key) || (key.length === 1 && pressKey(key));
}

document.addEventListener("keydown", (event) => {
  const busy = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
  if (busy || isWriting(event.target) || document.querySelector("dialog[open]")) {
    return;
  }
  if (handle(event)) {
    event.preventDefault();
  }
});

document.addEventListener("focusout", (event) => {
  event.target.closest?.("tr.is-at")?.classList.remove("is-at");
});

// The keys of this page's own buttons join the help, and stand on the buttons.
const list = document.querySelector("[data-shortcuts]");
document.querySelectorAll("[data-key]").forEach((control) => {
  if (control.dataset.key === "/") {
    return;
  }
  control.setAttribute("aria-keyshortcuts", control.dataset.key);
  const label = control.textContent.trim();
  if (list && label) {
    const key = document.createElement("kbd");
    key.textContent = control.dataset.key;
    const term = document.createElement("dt");
    term.append(key);
    const text = document.createElement("dd");
    text.textContent = label;
    list.append(term, text);
  }
  const hint = document.createElement("kbd");
  hint.textContent = control.dataset.key;
  hint.setAttribute("aria-hidden", "true");
  control.append(hint);
});
