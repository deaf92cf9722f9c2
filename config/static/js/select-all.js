// "Markera alla rader" and the count beside the batch buttons. Without script each row is ticked
// by hand and the form posts the same.
"use strict";

function boxes(form) {
  return [...document.querySelectorAll(`input[name=ids][form="${CSS.escape(form)}"]`)];
}

function show(form) {
  const all = boxes(form);
  const ticked = all.filter((box) => box.checked).length;
  const count = document.querySelector(`form#${CSS.escape(form)} [data-batch-count]`);
  if (count) {
    count.dataset.text ??= count.textContent;
    count.textContent = ticked ? `${ticked} av ${all.length} markerade` : count.dataset.text;
  }
  document.getElementById(form)?.toggleAttribute("data-any", ticked > 0);
  const head = document.querySelector(`[data-select-all="${CSS.escape(form)}"] input`);
  if (head) {
    head.checked = ticked > 0 && ticked === all.length;
    head.indeterminate = ticked > 0 && ticked < all.length;
  }
}

function start() {
  document.querySelectorAll("[data-select-all]").forEach((label) => {
    label.hidden = false;
  });
  document.querySelectorAll("form[data-batch]").forEach((form) => show(form.id));
}

document.addEventListener("change", (event) => {
  const head = event.target.closest("[data-select-all]");
  if (head) {
    boxes(head.dataset.selectAll).forEach((box) => {
      box.checked = event.target.checked;
    });
    show(head.dataset.selectAll);
  } else if (event.target.name === "ids" && event.target.form) {
    show(event.target.form.id);
  }
});

document.addEventListener("htmx:afterSwap", start);
start();
