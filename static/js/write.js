// Keeps a form while it is typed, and shows what the server makes of it. Without this script it is kept whenever a
// button is pressed.
const form = document.querySelector("form[data-writing]");
const place = form?.querySelector("[data-writing-status]");
const said = form?.querySelector("[data-writing-said]");
const PAUSE = 1200;
const LONGEST_WAIT = 5000;
let waiting = null;
let asked = 0;
// One at a time, and a button waits for the one under way: a copy that arrived after what the button saved would stand
// as something unsaved, with an older text than the saved one.
let underway = null;
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
  waiting = null;
  while (underway) await underway;
  if (sending) return;
  const number = ++asked;
  try {
    const sent = fetch(form.action || location.href, { method: "POST", body: answers() });
    underway = sent.then(() => {}, () => {}).then(() => (underway = null));
    const answer = await sent;
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

function hold(event) {
  if (event.target.method !== "post") return;
  clearTimeout(waiting);
  waiting = null;
  const pressed = sending;
  sending = true;
  if (!underway) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  // Pressed twice: the first time counts.
  if (pressed) return;
  say("Saving …");
  const enough = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT));
  Promise.race([underway, enough]).then(() => {
    underway = null;
    event.target.requestSubmit(event.submitter);
  });
}

if (form && place) {
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(waiting);
    waiting = setTimeout(keep, PAUSE);
  });
  // Of every form here that writes, also the one that throws away what isn’t saved; and before other scripts see it,
  // which are to send a form once.
  document.addEventListener("submit", hold, { capture: true });
  // Back by the browser's button, the page may go on where it was left.
  window.addEventListener("pageshow", () => (sending = false));
  // Whoever switches to another window has it kept at once.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && waiting && !sending) {
      clearTimeout(waiting);
      keep();
    }
  });
}
