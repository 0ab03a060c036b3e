// The editor, brought to life: the form beneath works without any of this. Each part is a module of its own.

import { completeNames, completeText } from "./completing.js";
import { offerPictures } from "./pictures.js";
import { startPreview } from "./preview.js";
import { offerRecovery } from "./recovering.js";
import { startSaving } from "./saving.js";
import { matchScrolling } from "./scrolling.js";
import { offerLists } from "./text.js";
import { offerTools } from "./toolbar.js";

const form = document.getElementById("editor");
const { body, tldr, tags, papers, requires } = form.elements;

// Told politely to those who do not see what changed.
const said = document.createElement("p");
said.className = "unseen";
said.setAttribute("role", "status");
document.body.append(said);

function announce(words) {
  said.textContent = "";
  setTimeout(() => (said.textContent = words), 60);
}

// On a narrow screen source and preview take turns; on a wide one both are there and the buttons are not.
function offerPanes(scrolling) {
  const bar = document.createElement("div");
  bar.className = "editor-panes";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "What is shown");
  const buttons = ["source", "preview"].map((name) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: name === "source" ? "Source" : "Preview" });
    button.dataset.pane = name;
    button.addEventListener("click", () => show(name));
    return button;
  });
  function show(name) {
    form.dataset.shown = name;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.pane === name));
    if (name === "preview" && getComputedStyle(bar).display !== "none") scrolling.showCursor();
  }
  bar.append(...buttons);
  document.querySelector(".editor-split").before(bar);
  document.addEventListener("editor:source", () => show("source"));
  show("source");
}

function start() {
  form.classList.add("is-live");
  const person = form.dataset.person ?? "";
  const keeping = startSaving(form, person);
  const scrolling = matchScrolling(body, document.getElementById("preview"));
  const preview = startPreview(form, { announce, after: scrolling.settle, onRefused: keeping.refused });
  const pictures = offerPictures(form, body, announce);
  offerPanes(scrolling);
  offerTools(body, pictures, keeping.save);
  const { complete } = form.dataset;
  completeText(body, complete, announce);
  completeText(tldr, complete, announce);
  completeNames(tags, "tag", complete, "Tags", announce);
  completeNames(papers, "citation", complete, "Papers", announce);
  completeNames(requires, "link", complete, "Summaries", announce);
  offerLists(body);
  offerLists(tldr);
  // What Enter in a line presses; the button itself has nothing to do beside a preview that follows.
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "preview") return;
    event.preventDefault();
    preview.ask();
  });
  // On the page of a conflict the text that was not saved is there already, merged.
  if (!document.querySelector(".conflict-sides")) keeping.waitFor(offerRecovery(form, person, keeping));
}

start();
