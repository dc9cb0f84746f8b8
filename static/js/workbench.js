// Keeps what is typed in the scoring workbench while it is typed, and says how far it is kept. Without this script the
// buttons save.
const form = document.querySelector("form[data-autosave]");
const said = document.querySelector("[data-autosave-said]");
let waiting;
let asked = 0;
let unsaved = false;

function say(text) {
  said.textContent = text;
}

async function save() {
  const number = ++asked;
  say("Saving …");
  try {
    const answer = await fetch(form.dataset.autosave, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
    });
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
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    asked += 1;
    unsaved = false;
  });
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
