// Taking things along: a citation, a formula's TeX, the address of a heading. Loaded by reading.js when first wanted.

const FORMULAS = ":is(.prose, .tldr, .updates) .math[data-tex]";

let announce = () => {};
let formula = null; // the one whose button is shown
let leaving = 0;
const button = document.createElement("button");

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without https there is no clipboard to write to, but there is still the old way.
  }
  const before = document.activeElement;
  const box = document.createElement("textarea");
  box.className = "unseen";
  box.value = text;
  (document.querySelector("dialog[open]") ?? document.body).append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  before?.focus({ preventScroll: true });
  return done;
}

async function take(text, what, on) {
  const done = await toClipboard(text);
  announce(done ? `${what} copied.` : `${what} could not be copied.`);
  if (!on) return;
  const words = (on.dataset.words ??= on.textContent);
  on.textContent = done ? "Copied" : "Not copied";
  setTimeout(() => (on.textContent = words), 2000);
}

function copyFrom(source) {
  const text = document.getElementById(source.dataset.copy).textContent;
  return take(text, source.getAttribute("aria-label").replace(/^Copy /, ""), source);
}

// A formula's button stands after it in the page, so that Tab leads there, and over its corner on the screen.

function place() {
  const box = formula.getBoundingClientRect();
  if (box.bottom < 0 || box.top > innerHeight) return hide();
  const above = box.top - button.offsetHeight - 2;
  button.style.top = `${Math.round(above < 0 ? box.bottom + 2 : above)}px`;
  button.style.left = `${Math.round(Math.max(4, Math.min(box.right, innerWidth - 4) - button.offsetWidth))}px`;
}

function show(found) {
  clearTimeout(leaving);
  if (found === formula || document.activeElement === button) return;
  formula = found;
  button.textContent = button.dataset.words;
  formula.after(button);
  place();
}

function hide() {
  formula = null;
  button.remove();
}

function hideSoon() {
  clearTimeout(leaving);
  leaving = setTimeout(() => {
    if (document.activeElement !== button && document.activeElement !== formula) hide();
  }, 350);
}

function copyFormula() {
  if (formula) return take(formula.dataset.tex, "TeX of the formula", button);
}

// Formulas in a line are no stops for Tab, there are too many; this key goes from each to the next.
function toFormula() {
  const all = [...document.querySelectorAll(FORMULAS)].filter((one) => one.checkVisibility());
  const from = formula && all.includes(formula) ? all.indexOf(formula) + 1 : all.findIndex(inSight);
  const found = all[from % all.length] ?? all[0];
  if (!found) return;
  if (!found.hasAttribute("tabindex")) found.tabIndex = -1;
  found.focus();
  found.scrollIntoView({ block: "nearest" });
  show(found);
}

function inSight(one) {
  return one.getBoundingClientRect().top > 0;
}

function offerFormulas() {
  button.type = "button";
  button.className = "small-button copy-tex";
  button.dataset.words = "Copy TeX";
  button.addEventListener("click", copyFormula);
  const near = (event) => event.target instanceof Element && event.target.closest(`${FORMULAS}, .copy-tex`);
  const enter = (event) => {
    const found = near(event);
    if (found === button) clearTimeout(leaving);
    else if (found && !found.closest("a")) show(found);
  };
  const leave = (event) => formula && near(event) && hideSoon();
  for (const name of ["pointerover", "focusin"]) document.addEventListener(name, enter);
  for (const name of ["pointerout", "focusout"]) document.addEventListener(name, leave);
  for (const name of ["scroll", "resize"]) {
    addEventListener(name, () => formula && place(), { passive: true, capture: true });
  }
  const here = document.querySelector(`${FORMULAS}:is(:hover, :focus)`); // perhaps what this was loaded for
  if (here) show(here);
}

// An address beside each heading; without this file the contents lead to the same places.
function addAnchors() {
  for (const heading of document.querySelectorAll(".prose :is(h2, h3, h4, h5, h6)[id]")) {
    const words = heading.textContent.trim();
    const anchor = document.createElement("a");
    anchor.className = "anchor";
    anchor.href = `#${encodeURIComponent(heading.id)}`;
    anchor.textContent = "#";
    anchor.setAttribute("aria-label", "Copy the address of this part");
    anchor.addEventListener("click", () => take(anchor.href, `Address of “${words}”`));
    heading.append(anchor);
  }
}

export function start(say) {
  announce = say;
  offerFormulas();
  addAnchors();
  return { copyFrom, copyFormula, toFormula };
}
