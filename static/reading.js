// Comforts for readers. Every page is complete without them; what is wanted rarely is loaded when it is first wanted.

const root = document.documentElement;
const addresses = document.getElementById("reading").dataset;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Without storage the choice holds for this page only.
  }
}

// Told politely to those who do not see what changed. It must be there, empty, before it is spoken from.
const said = document.createElement("p");
said.className = "unseen";
said.setAttribute("role", "status");
document.body.append(said);

function announce(words) {
  said.textContent = "";
  setTimeout(() => (said.textContent = words), 60);
}

// Theme

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches;
}

function offerTheme(button) {
  const words = button.querySelector("[data-theme-words]");
  const say = () => {
    words.textContent = isDark() ? "Use light colours" : "Use dark colours";
  };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remember("cairn-theme", root.dataset.theme);
    say();
  });
  prefersDark.addEventListener("change", say);
  say();
  button.hidden = false;
}

// Contents that follow the reader: the heading being read is marked, and kept in sight.

function followReading(contents) {
  const links = new Map([...contents.querySelectorAll("a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const observer = new IntersectionObserver(
    () => {
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
      const current = links.get(passed.at(-1)?.id);
      for (const link of links.values()) {
        if (link === current) link.setAttribute("aria-current", "location");
        else link.removeAttribute("aria-current");
      }
      if (current) contents.scrollTop = current.offsetTop - contents.clientHeight / 2;
    },
    { rootMargin: "0px 0px -66% 0px" },
  );
  for (const heading of headings) observer.observe(heading);
}

// A formula in the line that is wider than its line scrolls; so that the keyboard can scroll it, Tab stops there.

function offerScrolling(formulas) {
  const observer = new ResizeObserver((seen) => {
    for (const { target } of seen) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const formula of formulas) observer.observe(formula);
}

// What is loaded when it is first wanted

function once(make) {
  let made;
  return () => (made ??= make());
}

const copying = once(() => import(addresses.copying).then((part) => part.start(announce)));
const results = once(() => import(addresses.results).then((part) => part.start(announce)));

// A link that narrows, orders or turns the list it stands in, clicked plainly.
function narrows(event) {
  const link = event.target.closest("#results a[href]");
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  return plain && link && link.pathname === location.pathname && link.origin === location.origin ? link : null;
}

function offerResults() {
  const form = document.querySelector("form[data-live]");
  document.addEventListener("click", (event) => {
    const link = narrows(event);
    if (!link) return;
    event.preventDefault();
    results().then((part) => part.follow(link.href), () => location.assign(link.href));
  });
  form?.addEventListener("focusin", () => results());
  form?.addEventListener("input", () => results().then((part) => part.type(form)));
}

function offerCopying() {
  const buttons = document.querySelectorAll("button[data-copy]");
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => copying().then((part) => part.copyFrom(button)));
  }
  for (const name of ["pointerover", "focusin", "touchstart"]) {
    document.addEventListener(name, () => copying(), { once: true, passive: true });
  }
}

// Keys

const ITEMS = ".entry-title a, .step-title a, .shelf-list :is(h2, h3) a, .plain-list a, .leaders a, .trail a";

function toItem(by) {
  const items = [...document.querySelectorAll(`main :is(${ITEMS})`)].filter((item) => item.checkVisibility());
  const at = items.indexOf(document.activeElement);
  const first = at < 0 ? items.findIndex((item) => item.getBoundingClientRect().top > 0) : at + by;
  const item = items[Math.min(Math.max(first, 0), items.length - 1)];
  item?.focus();
  item?.scrollIntoView({ block: "center" });
}

function toSearch() {
  const box = document.querySelector("[data-search]");
  box?.focus();
  box?.select();
}

function toPart(direction) {
  document.querySelector(`main a[rel=${direction}]`)?.click();
}

const help = document.getElementById("keys");

function openHelp() {
  help.showModal();
  help.querySelector("button").focus();
}

const ACTIONS = {
  "/": toSearch,
  "?": () => (help.open ? help.close() : openHelp()),
  j: () => toItem(1),
  k: () => toItem(-1),
  n: () => toPart("next"),
  p: () => toPart("prev"),
  t: () => document.querySelector("[data-theme-toggle]")?.click(),
  f: () => copying().then((part) => part.toFormula()),
  c: () => copying().then((part) => part.copyFormula()),
};

function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select"));
}

function onKey(event) {
  const action = Object.hasOwn(ACTIONS, event.key) && ACTIONS[event.key];
  if (!action || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
  if (recall("cairn-keys") === "off" || (help.open && event.key !== "?")) return;
  event.preventDefault();
  action();
}

function offerKeys() {
  const choice = help.querySelector("input");
  choice.checked = recall("cairn-keys") !== "off";
  choice.addEventListener("change", () => remember("cairn-keys", choice.checked ? "on" : "off"));
  help.querySelector("button").addEventListener("click", () => help.close());
  for (const button of document.querySelectorAll("[data-keys]")) {
    button.hidden = false;
    button.addEventListener("click", openHelp);
  }
  document.addEventListener("keydown", onKey);
}

const button = document.querySelector("[data-theme-toggle]");
if (button) offerTheme(button);
const contents = document.querySelector("nav.contents");
if (contents) followReading(contents);
offerScrolling(document.querySelectorAll(".math.inline"));
if (document.getElementById("results")) offerResults();
if (document.querySelector(".prose, button[data-copy]")) offerCopying();
if (help) offerKeys();
