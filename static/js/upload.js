// Lets a file be dropped on its form, and shows how far it has been sent. Without this script the form is sent as any
// other is.
const size = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

function megabytes(bytes) {
  return `${size.format(bytes / 1e6)} MB`;
}

function zone(input) {
  const group = input.closest(".govuk-form-group");
  const words = document.createElement("p");
  words.className = "govuk-hint app-drop__words";
  words.textContent = "Or drop a file here";
  group.append(words);
  group.classList.add("app-drop");
  for (const kind of ["dragenter", "dragover"]) {
    group.addEventListener(kind, (event) => {
      event.preventDefault();
      group.classList.add("app-drop--over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    group.addEventListener(kind, () => group.classList.remove("app-drop--over"));
  }
  group.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    words.textContent = `Chosen: ${input.files[0].name}`;
  });
}

// The form again, with what is wrong with it; or the page to go to.
function arrived(request) {
  if (request.getResponseHeader("Content-Type")?.startsWith("application/json")) {
    location.assign(JSON.parse(request.responseText).next);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const main = page.querySelector("main");
  if (!main) {
    location.reload();
    return;
  }
  document.querySelector("main").replaceWith(main);
  document.title = page.title;
  if (request.responseURL !== location.href) history.pushState({}, "", request.responseURL);
  const first = main.querySelector(".govuk-error-summary, h1");
  first.tabIndex = -1;
  first.focus();
  start();
}

function send(event, form, input, place) {
  if (!input.files.length) return;
  event.preventDefault();
  const bar = place.querySelector("progress");
  const said = place.querySelector("[role=status]");
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();
  const total = input.files[0].size;
  place.hidden = false;
  button.disabled = true;
  request.upload.addEventListener("progress", (now) => {
    bar.value = now.loaded;
    bar.max = now.total;
    said.textContent = now.loaded < now.total ? `${megabytes(now.loaded)} of ${megabytes(total)}` : "Sent. It is being checked.";
  });
  request.addEventListener("load", () => arrived(request));
  request.addEventListener("error", () => {
    button.disabled = false;
    said.textContent = "Not sent: no connection. Nothing is lost; send it again.";
  });
  request.open("POST", form.action || location.href);
  request.setRequestHeader("Accept", "application/json");
  request.send(new FormData(form));
}

function start() {
  const form = document.querySelector("form[data-upload]");
  const input = form?.querySelector("input[type=file]");
  const place = form?.querySelector("[data-upload-progress]");
  if (!input || !place) return;
  zone(input);
  form.addEventListener("submit", (event) => send(event, form, input, place));
}

start();
