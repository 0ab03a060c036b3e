// Lists that change in place: as you type, and when a filter, an order or a page is chosen. It asks for the very page
// that a click would have led to and puts its results where the old ones stand. Loaded by reading.js when first wanted.

const PAUSE = 150;

let announce = () => {};
let asked = new AbortController();
let pause = 0;
let typing = false; // one entry in the history for a query, not one for each letter

const region = () => document.getElementById("results");

async function ask(address) {
  asked.abort();
  asked = new AbortController();
  region().setAttribute("aria-busy", "true");
  const answer = await fetch(address, { headers: { Accept: "text/html,*/*" }, signal: asked.signal });
  return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

// Puts in the new results; where the focus stood in the old ones, it goes to the same link, or else to the count.
function swap(page) {
  const old = region();
  const found = page.getElementById("results");
  const href = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const unfolded = old.querySelector(".facets-folded")?.open;
  old.replaceWith(document.adoptNode(found));
  document.getElementById("main").className = page.getElementById("main").className;
  document.title = page.title;
  const folded = found.querySelector(".facets-folded");
  if (folded && unfolded) folded.open = true;
  const count = found.querySelector(".list-count");
  if (href !== null) focusOn(found.querySelector(`a[href="${CSS.escape(href)}"]`) ?? count);
  announce(count?.textContent.trim() ?? "");
}

function focusOn(target) {
  if (!target) return;
  if (target.localName !== "a") target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

function refuse(page) {
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.textContent = page.querySelector("main .lead")?.textContent.trim() ?? "";
  region().replaceChildren(notice);
  region().removeAttribute("aria-busy");
  announce(notice.textContent);
}

async function follow(address) {
  clearTimeout(pause);
  typing = false;
  try {
    const { answer, page } = await ask(address);
    if (!answer.ok || answer.redirected || !page.getElementById("results")) return location.assign(address);
    history.pushState(null, "", address);
    swap(page);
    fill(address);
    const top = region().firstElementChild?.getBoundingClientRect().top; // the region itself has no box
    if (top < 0) scrollTo(0, 0);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  }
}

function fill(address) {
  const box = document.querySelector("form[data-live] [name=q]");
  if (box) box.value = new URL(address, location).searchParams.get("q") ?? "";
}

function addressOf(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => value.trim());
  return form.action + (pairs.length ? `?${new URLSearchParams(pairs)}` : "");
}

function type(form) {
  clearTimeout(pause);
  asked.abort();
  pause = setTimeout(() => look(form), PAUSE);
}

async function look(form) {
  const address = addressOf(form);
  try {
    const { answer, page } = await ask(address);
    // A whole identifier leads to its paper; Enter goes there, typing alone takes nobody away.
    if (answer.redirected) {
      region().removeAttribute("aria-busy");
      return announce("Press Enter to open this paper.");
    }
    if (!page.getElementById("results")) return refuse(page);
    if (typing) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    typing = true;
    swap(page);
  } catch (error) {
    if (error.name !== "AbortError") region().removeAttribute("aria-busy"); // Enter still asks the ordinary way
  }
}

async function goBack() {
  try {
    const { page } = await ask(location.href);
    swap(page);
    fill(location.href);
  } catch (error) {
    if (error.name !== "AbortError") location.reload();
  }
}

export function start(say) {
  announce = say;
  addEventListener("popstate", () => {
    typing = false;
    clearTimeout(pause);
    if (region()) goBack();
  });
  return { follow, type };
}
