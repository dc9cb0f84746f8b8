// Keeps what is typed in the scoring workbench while it is typed, and says how far it is kept. Without this script the
// buttons save.
const form = document.querySelector("form[data-autosave]");
const said = document.querySelector("[data-autosave-said]");
let waiting;
let asked = 0;
let unsaved = false;
// One at a time, and a button waits for the one under way: of two that are on the way together the older one could
// arrive last, and write over what the newer one kept.
let underway = null;
let sending = false;
const LONGEST_WAIT = 5000;

function say(text) {
  said.textContent = text;
}

async function save() {
  while (underway) await underway;
  if (sending) return;
  const number = ++asked;
  say("Saving …");
  try {
    const sent = fetch(form.dataset.autosave, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
    });
    underway = sent.then(() => {}, () => {}).then(() => (underway = null));
    const answer = await sent;
    const type = answer.headers.get("Content-Type") ?? "";
    // Something typed since then is saved by the question that follows.
    if (number !== asked) return;
    if (answer.redirected || !type.includes("json")) {
      say("Not saved: you are signed out, or the file was closed. Keep this page open and sign in on another one.");
      return;
    }
    const told = await answer.json();
    if (!answer.ok) {
      say(told.detail || "Not saved.");
      return;
    }
    unsaved = false;
    say(`Saved ${told.saved}. ${told.status}.`);
    const progress = document.querySelector("[data-workbench-progress]");
    const status = document.querySelector("[data-workbench-status]");
    if (progress) progress.textContent = `${told.done} of ${told.total} judged`;
    if (status) status.textContent = told.judgement;
  } catch {
    if (number !== asked) return;
    say("Not saved: no connection. Trying again.");
    waiting = setTimeout(save, 5000);
  }
}

function changed(wait) {
  unsaved = true;
  say("Not saved yet.");
  clearTimeout(waiting);
  waiting = setTimeout(save, wait);
}

if (form && said) {
  form.addEventListener("input", (event) => changed(event.target.type === "radio" ? 100 : 1000));
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    asked += 1;
    unsaved = false;
    const pressed = sending;
    sending = true;
    if (!underway) return;
    event.preventDefault();
    // Pressed twice: the first time counts.
    if (pressed) return;
    const enough = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT));
    Promise.race([underway, enough]).then(() => {
      underway = null;
      form.requestSubmit(event.submitter);
    });
  });
  // Back by the browser's button, the page may go on where it was left.
  window.addEventListener("pageshow", () => (sending = false));
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
  const pointers = form.querySelector("[data-pointers]");
  if (pointers) {
    pointers.hidden = false;
    pointers.addEventListener("click", (event) => {
      const title = event.target.dataset?.point;
      if (!title) return;
      const box = form.elements.pointers;
      box.value = box.value.trim() ? `${box.value.trim()}; ${title}, page ` : `${title}, page `;
      box.focus();
      box.setSelectionRange(box.value.length, box.value.length);
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}
