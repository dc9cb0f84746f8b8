// Lets two assessors of a proposed allocation change places by dragging one name onto the other. The server checks it as
// it checks a change by form, which needs no script.
const form = document.getElementById("swap");
const hint = document.getElementById("swap-hint");
let dragged;

for (const name of document.querySelectorAll("[data-seat]")) {
  name.draggable = true;
  name.addEventListener("dragstart", (event) => {
    dragged = name;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", name.textContent);
  });
  name.addEventListener("dragover", (event) => {
    if (dragged && dragged !== name) event.preventDefault();
  });
  name.addEventListener("drop", (event) => {
    event.preventDefault();
    form.elements.seat.value = dragged.dataset.seat;
    form.elements.other.value = name.dataset.seat;
    form.submit();
  });
}

if (hint) hint.hidden = false;
