// A box above a long list of choices: typing leaves those that hold what was typed, and those that are chosen.
// Without this script the whole list is there to scroll.

for (const list of document.querySelectorAll("[data-narrow]")) {
  const items = [...list.querySelectorAll(".govuk-checkboxes__item")];
  if (items.length < 8) continue;
  const input = document.createElement("input");
  input.type = "search";
  input.className = "govuk-input app-facet__narrow";
  input.autocomplete = "off";
  input.setAttribute("aria-label", `Narrow the list: ${list.dataset.narrow}`);
  input.placeholder = "Narrow the list";
  input.addEventListener("input", () => {
    const typed = input.value.trim().toLowerCase();
    for (const item of items) {
      const chosen = item.querySelector("input").checked;
      item.hidden = !chosen && !item.textContent.toLowerCase().includes(typed);
    }
  });
  // Outside of the form that the boxes belong to, so that Enter here sends nothing.
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  list.before(input);
}
