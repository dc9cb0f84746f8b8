// Tells the style sheet that scripts run. Kept out of app.js because a module only runs when the page has been read.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
