// htmx asks only what an element of the page's own names, and only then carries the token. The
// address is the element's and nobody else's: a button cannot bring another with it.
"use strict";

import { isOwn, token } from "./own.js";

function named(element, verb) {
  const address = element.getAttribute(`hx-${verb}`);
  return address === null ? null : new URL(address || location.href, location.href).href;
}

document.addEventListener("htmx:configRequest", (event) => {
  const { elt, verb, path, headers, formData } = event.detail;
  if (!isOwn(elt) || named(elt, verb) !== new URL(path, location.href).href) {
    event.preventDefault();
  } else if (verb !== "get" && token()) {
    formData.delete("csrfmiddlewaretoken");
    headers["X-CSRFToken"] = token();
  }
});
