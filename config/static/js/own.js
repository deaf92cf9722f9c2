// What belongs to the page itself. The mark stands in the head, where nothing that people wrote is
// shown, and on the elements that the service made ({% own %}); it is another in every answer.
"use strict";

const mark = document.head.querySelector('meta[name="own"]')?.content;

export function isOwn(element) {
  return Boolean(mark) && element.dataset.own === mark;
}

// The token that holds now: a log-in in another tab has made that of the form old.
export function token() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}
