// What pages gain from script, and can do without: an error is brought before the reader, the menu closes, htmx shows faults.
"use strict";

const wrong = document.getElementById("fel");
if (wrong) wrong.focus();

const menu = document.getElementById("meny");
const wide = window.matchMedia("(min-width: 60rem)"); // above this the menu is always open, by style alone

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu.open && !wide.matches) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A form that is sent says so, and is not sent twice; the server takes it once however often it comes.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && !event.defaultPrevented && !event.target.matches("[hx-post]")) button.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

// What htmx is answered with a fault is shown where the answer would have been.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) event.detail.shouldSwap = true;
});

// The token of an invitation stands after #, which browsers send to nobody.
const token = document.getElementById("f-token");
if (token && !token.value && location.hash.length > 8) token.value = location.hash.slice(1);
