// Starts govuk-frontend. Every page works without it. Its address comes from the page: the file's name may carry a hash.
const { initAll } = await import(document.getElementById("govuk-frontend").href);

initAll();
