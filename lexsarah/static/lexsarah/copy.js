// <button data-copy="id">: puts the text of the element on the clipboard. Without script the text
// is there to select, and the button is hidden.
"use strict";

async function copy(element) {
  const text = element.innerText.trim();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Only a secure page has the clipboard: select it and let the browser copy what is selected.
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    document.execCommand("copy");
  }
}

document.querySelectorAll("[data-copy]").forEach((button) => {
  button.hidden = false;
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const element = button && document.getElementById(button.dataset.copy);
  if (!element) {
    return;
  }
  await copy(element);
  document.querySelectorAll("[data-copy-label]").forEach((label) => {
    label.textContent = "Kopiera";
  });
  button.querySelector("[data-copy-label]").textContent = "Kopierat";
  const status = document.querySelector("[data-copy-status]");
  if (status) {
    status.textContent = button.dataset.copied;
  }
});
