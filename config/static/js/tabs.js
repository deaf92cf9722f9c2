// On a narrow screen a row of tabs is wider than the page: the one that is shown is brought into
// sight. Without script the row is drawn sideways by hand.
"use strict";

function show() {
  document.querySelectorAll(".tabs ul").forEach((row) => {
    const current = row.querySelector("[aria-current]");
    if (current) {
      const place = current.getBoundingClientRect().left - row.getBoundingClientRect().left;
      row.scrollLeft += place - (row.clientWidth - current.offsetWidth) / 2;
    }
  });
}

document.addEventListener("htmx:afterSwap", show);
show();
