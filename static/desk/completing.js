// Completion: of names in a line of them, and of [[links]] and [@citations] in a text. Arrow keys choose, Enter takes,
// Escape closes; the text cursor never leaves the field. Without it names are plain text, and stay so.

import { placeOnScreen } from "./measuring.js";
import { lineAt, put } from "./text.js";

const PAUSE = 120;
let count = 0;

async function ask(address, kind, query, signal) {
  const answer = await fetch(`${address}?${new URLSearchParams({ kind, q: query })}`, { headers: { Accept: "application/json" }, signal });
  return answer.ok ? (await answer.json()).items : [];
}

function makeList(label) {
  const list = document.createElement("ul");
  list.className = "editor-options";
  list.id = `options-${++count}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  list.hidden = true;
  return list;
}

function makeOption(list, item, at) {
  const option = document.createElement("li");
  option.id = `${list.id}-${at}`;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  const detail = document.createElement("span");
  detail.className = "option-detail";
  detail.textContent = item.detail;
  option.append(item.label, " ", detail);
  return option;
}

// `find` says what is being typed: {start, end, kind, query}, or nothing; `write` what is put there when it is chosen.
function complete(field, address, { label, find, write, place, announce }) {
  const list = makeList(label);
  field.after(list);
  const combobox = field.localName === "input";
  if (combobox) {
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-expanded", "false");
  }
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  let items = [];
  let chosen = -1;
  let timer = 0;
  let asked = new AbortController();

  function open(is) {
    list.hidden = !is;
    if (combobox) field.setAttribute("aria-expanded", String(is));
    if (!is) choose(-1);
  }

  function choose(at) {
    chosen = at;
    [...list.children].forEach((option, other) => option.setAttribute("aria-selected", String(other === at)));
    if (at < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", list.children[at].id);
  }

  function close() {
    clearTimeout(timer);
    asked.abort();
    open(false);
  }

  async function look() {
    const found = find(field);
    asked.abort();
    if (!found) return open(false);
    asked = new AbortController();
    const { signal } = asked;
    const answered = await ask(address, found.kind, found.query, signal).catch(() => []);
    if (signal.aborted || document.activeElement !== field || !find(field)) return; // the list that is shown still has its own items
    items = answered;
    list.replaceChildren(...items.map((item, at) => makeOption(list, item, at)));
    open(items.length > 0);
    if (!items.length) return;
    choose(combobox ? -1 : 0); // what was chosen of the list before is not in this one
    place?.(list, field, found);
    announce(`${items.length} to choose from with the arrow keys.`);
  }

  function take(at) {
    const found = find(field);
    close();
    if (found) write(field, found, items[at]);
    close(); // what was just written asks for nothing more
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    const found = find(field);
    if (found && (found.query || !combobox)) timer = setTimeout(look, PAUSE);
    else close();
  });
  for (const name of ["blur", "scroll"]) field.addEventListener(name, () => !list.hidden && close());
  field.addEventListener("click", () => !list.hidden && close());
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (list.hidden) {
      if (event.key === "ArrowDown" && combobox) look();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose((chosen + step + items.length + (chosen < 0 && step < 0 ? 1 : 0)) % items.length);
    else if (event.key === "Escape") close();
    else if (chosen >= 0 && (event.key === "Enter" || (event.key === "Tab" && !combobox))) take(chosen);
    else return void (event.key.startsWith("Arrow") && close());
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the field
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take([...list.children].indexOf(option));
  });
}

// A line of names, separated by commas; one with a comma of its own stands in quotes.

function nameAt(field, kind) {
  const { value, selectionStart: at } = field;
  let start = 0;
  let quoted = false;
  for (let place = 0; place < at; place++) {
    if (value[place] === '"') quoted = !quoted;
    else if (value[place] === "," && !quoted) start = place + 1;
  }
  let end = at;
  while (end < value.length && value[end] !== ",") end++;
  return { start, end, kind, query: value.slice(start, at).replaceAll('"', "").trim() };
}

function writeName(field, { start, end }, item) {
  const name = /[",]/.test(item.value) ? `"${item.value.replaceAll('"', '""')}"` : item.value;
  const last = end === field.value.length;
  put(field, start, end, (start ? " " : "") + name + (last ? ", " : ""));
}

export function completeNames(field, kind, address, label, announce) {
  if (field) complete(field, address, { label, announce, find: (one) => nameAt(one, kind), write: writeName });
}

// Links and citations in a text

const LINK = /\[\[(?:(?:builds-on|contradicts|replicates|compares|supersedes)\s*:\s*)?([^[\]|\n]{0,80})$/;
const CITATION = /\[(?:@[^\]\n]*;\s*)?@([^[\];,@\n]{0,80})$/;

function wordAt(area) {
  const { value, selectionStart: at, selectionEnd: end } = area;
  if (at !== end) return null;
  const ahead = value.slice(lineAt(value, at)[0], at);
  const link = ahead.match(LINK);
  const found = link ?? ahead.match(CITATION);
  if (!found) return null;
  const closing = link ? "]]" : "]";
  return { start: at - found[1].length, end: at, kind: link ? "link" : "citation", query: found[1].trim(), closing };
}

function writeWord(area, { start, end, closing }, item) {
  const after = area.value.slice(end);
  const goesOn = /^[;|]/.test(after);
  const closed = goesOn || after.startsWith(closing);
  put(area, start, end, item.value + (closed ? "" : closing), item.value.length + (goesOn ? 0 : closing.length));
}

function placeAtWord(list, area, { start }) {
  const at = placeOnScreen(area, start);
  const below = at.top + at.height + 2;
  list.style.left = `${Math.max(4, Math.min(at.left, innerWidth - list.offsetWidth - 4))}px`;
  list.style.top = `${below + list.offsetHeight > innerHeight ? at.top - list.offsetHeight - 2 : below}px`;
}

export function completeText(area, address, announce) {
  const label = "Summaries and papers";
  complete(area, address, { label, announce, find: wordAt, write: writeWord, place: placeAtWord });
  area.nextElementSibling.classList.add("is-floating");
}
