// The page of an import that is under way looks how far it is, and loads itself anew once it is over.
// Without this, the page's own refresh does the same every few seconds.

const EVERY = 1000;
const PLACE = "import-progress";

async function look() {
  const shown = document.getElementById(PLACE);
  if (!shown) return;
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = answer.ok ? page.getElementById(PLACE) : shown;
      if (!found || found.dataset.phase !== shown.dataset.phase) {
        location.reload();
        return;
      }
      if (found !== shown) renew(shown, found);
    } catch {
      // The server is away for a moment; the next look will tell.
    }
  }
  setTimeout(look, EVERY);
}

function renew(shown, found) {
  const bar = shown.querySelector("progress");
  const next = found.querySelector("progress");
  for (const name of ["max", "value"]) {
    if (next.hasAttribute(name)) bar.setAttribute(name, next.getAttribute(name));
  }
  const label = shown.querySelector("label");
  const words = found.querySelector("label").textContent;
  if (label.textContent !== words) label.textContent = words;
}

setTimeout(look, EVERY);
