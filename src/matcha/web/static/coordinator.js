// A choice of one kind of actor needs a reason: the field is asked for when a kind is chosen. The server asks in any case.
"use strict";

const kind = document.getElementById("f-kind");
const reason = document.getElementById("f-reason");
if (kind && reason) {
  const ask = () => { reason.required = kind.value !== ""; };
  kind.addEventListener("change", ask);
  ask();
}
