// Checks a form while it is filled in: what is typed goes to the server's own check, and what that says is shown.
// Without this script the same is said when the form is saved.

const form = document.querySelector("form[data-check]");
const place = document.getElementById("faults");
let waiting;
let asked = 0;

async function check() {
  const number = ++asked;
  try {
    const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form) });
    // An answer that comes after a later question is out of date.
    if (!answer.ok || number !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...page.body.childNodes);
  } catch {
    // Without a connection nothing is said; saving says it.
  }
}

if (form && place) {
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, 500);
  });
}
