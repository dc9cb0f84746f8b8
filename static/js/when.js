// Shows a question only where another answer makes it one. Without this script all are shown, and the server passes
// over those that don't apply.
for (const group of document.querySelectorAll("[data-shown-when]")) {
  const [, name, not, values] = group.dataset.shownWhen.match(/^([a-z_]+)(!?)=(.*)$/);
  const wanted = values.split("|");
  const controls = document.querySelectorAll(`[name="${name}"]`);
  const form = group.closest("form");
  const look = () => {
    const given = [...controls]
      .filter((control) => (control.matches("[type=radio], [type=checkbox]") ? control.checked : true))
      .map((control) => control.value);
    const meets = given.some((value) => wanted.includes(value));
    group.hidden = not ? meets : !meets;
  };
  if (controls.length) {
    form.addEventListener("change", look);
    look();
  }
}
