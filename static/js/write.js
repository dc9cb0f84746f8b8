// Keeps a form while it is typed, and shows what the server makes of it. Without this script it is kept whenever a
// button is pressed.
const form = document.querySelector("form[data-writing]");
const place = form?.querySelector("[data-writing-status]");
const said = form?.querySelector("[data-writing-said]");
const PAUSE = 1200;
let waiting;
let asked = 0;
let sending = false;

function answers() {
  const data = new FormData(form);
  // A file is sent once, when the form is.
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  data.set("then", "keep");
  return data;
}

function say(text) {
  if (said.textContent !== text) said.textContent = text;
}

async function keep() {
  const number = ++asked;
  try {
    const answer = await fetch(form.action || location.href, { method: "POST", body: answers() });
    if (number !== asked || sending) return;
    if (answer.redirected || answer.status === 403) {
      say("You are signed out, so this is not kept. Sign in again in another tab, then go on here: nothing is lost.");
      return;
    }
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const kept = page.querySelector("[data-kept]");
    // Said in the one place that screen readers listen to.
    say(kept ? kept.textContent.trim() : "");
    kept?.remove();
    place.replaceChildren(...page.body.childNodes);
  } catch {
    if (number !== asked || sending) return;
    say("Not kept: no connection. What you typed is still here, and we try again as you type.");
  }
}

if (form && place) {
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(waiting);
    waiting = setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", () => {
    sending = true;
    clearTimeout(waiting);
  });
  // Whoever switches to another window has it kept at once.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && waiting && !sending) {
      clearTimeout(waiting);
      keep();
    }
  });
}
