// A request in the background that failed must not fail in silence.
"use strict";

function tell(text) {
  const place = document.getElementById("messages");
  if (!place) {
    return;
  }
  const box = document.createElement("div");
  box.className = "notice notice--danger";
  const body = document.createElement("div");
  body.className = "notice__body";
  body.textContent = text;
  box.append(body);
  place.replaceChildren(box);
  place.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:sendError", () => {
  tell("Ingen kontakt med tjänsten. Kontrollera nätet och försök igen.");
});

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status === 401 || status === 403) {
    tell("Du är utloggad eller saknar behörighet. Ladda om sidan.");
  } else {
    tell("Det gick inte att genomföra. Försök igen, eller ladda om sidan.");
  }
});
