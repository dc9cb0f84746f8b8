// Keeps the bar of a long job up to date, and opens the page again when the job has ended. Without this script the
// page has a link that shows it afresh.
const box = document.querySelector("[data-progress]");
const bar = box?.querySelector("progress");
const said = box?.querySelector("[data-progress-said]");
const number = new Intl.NumberFormat("en-GB");
let tenth = -1;

async function look() {
  let wait = 1000;
  try {
    const response = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.statusText);
    const now = await response.json();
    if (!now.running) {
      location.reload();
      return;
    }
    bar.value = now.done;
    bar.max = now.total;
    box.querySelector(".app-progress__count").textContent = `${number.format(now.done)} of ${number.format(now.total)}`;
    const note = box.querySelector(".app-progress__note");
    if (note) note.textContent = now.note;
    const added = document.querySelector("[data-progress-added]");
    if (added) added.textContent = number.format(now.added);
    // A screen reader hears every tenth of the way, not every second.
    const reached = now.total ? Math.floor((10 * now.done) / now.total) : 0;
    if (reached !== tenth) {
      tenth = reached;
      said.textContent = `${10 * reached}%, ${now.note}`;
    }
  } catch {
    wait = 5000; // the server is busy or away: the job goes on, and we ask again
  }
  setTimeout(look, wait);
}

if (box) setTimeout(look, 1000);
