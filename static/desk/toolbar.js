// The buttons above the text, their keys, and their lines in the dialog of keys. NOT here: how text is changed (text.js).

import { begin, block, put, wrap } from "./text.js";

const TABLE = "| One | Two |\n|-----|-----|\n| a   | b   |";
const HEADING = /^\s*#{1,6}\s+/;

function heading(area) {
  const { value, selectionStart: at } = area;
  const line = value.slice(value.lastIndexOf("\n", at - 1) + 1);
  const level = /^(#{1,6}) /.exec(line)?.[1].length ?? 1;
  if (level >= 4) begin(area, HEADING, () => "");
  else begin(area, /^(?!)/, () => "#".repeat(level + 1) + " ");
}

function link(area) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const words = value.slice(start, end);
  if (/^https?:\/\/\S+$/.test(words)) put(area, start, end, `[words](${words})`, 1, 6);
  else put(area, start, end, `[${words || "words"}](https://)`, words ? words.length + 3 : 1, words ? words.length + 11 : 6);
}

function code(area) {
  const words = area.value.slice(area.selectionStart, area.selectionEnd);
  if (!words.includes("\n")) return wrap(area, "`", "`", "code");
  block(area, "```\n" + words.replace(/\n$/, "") + "\n```", 3, 3);
}

function display(area) {
  const words = area.value.slice(area.selectionStart, area.selectionEnd).trim() || "x = y";
  block(area, `$$\n${words}\n$$`, 3, 3 + words.length);
}

// What is chosen is kept as the words of the link; the summary or paper is completed as it is typed.
function wiki(area) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const words = value.slice(start, end);
  put(area, start, end, words ? `[[|${words}]]` : "[[]]", 2);
}

function citation(area) {
  put(area, area.selectionEnd, area.selectionEnd, "[@]", 2);
}

function footnote(area) {
  const { selectionEnd: at, value } = area;
  const numbers = [...value.matchAll(/\[\^(\d+)\]/g)].map((found) => Number(found[1]));
  const mark = `[^${Math.max(0, ...numbers) + 1}]`;
  const text = `${mark}${value.slice(at).trimEnd()}\n\n${mark}: Note`;
  put(area, at, value.length, `${text}\n`, text.length - 4, text.length);
}

const shifted = (letter) => `shift+${letter}`;

const tools = (pictures) => [
  ["B", "Bold", "b", (area) => wrap(area, "**", "**", "bold")],
  ["I", "Italic", "i", (area) => wrap(area, "*", "*", "italic")],
  ["H", "Heading", shifted("h"), heading],
  ["•", "List", shifted("l"), (area) => begin(area, /^\s*[-*+]\s+/, () => "- ")],
  ["1.", "Numbered list", shifted("o"), (area) => begin(area, /^\s*\d+[.)]\s+/, (number) => `${number}. `)],
  ["“", "Quote", shifted("u"), (area) => begin(area, /^\s*>\s?/, () => "> ")],
  ["<>", "Code", "e", code],
  ["x²", "Formula in the line", "m", (area) => wrap(area, "$", "$", "x")],
  ["∑", "Formula of its own", shifted("m"), display],
  ["↗", "Link", "k", link],
  ["[[ ]]", "Link to a summary", shifted("k"), wiki],
  ["@", "Citation", shifted("e"), citation],
  ["▧", "Picture", shifted("p"), () => pictures.choose()],
  ["⊞", "Table", shifted("y"), (area) => block(area, TABLE, 2, 5)],
  ["¹", "Footnote", shifted("f"), footnote],
];

const apple = /Mac|iP(hone|ad)/.test(navigator.platform);

function spell(keys) {
  return [apple ? "⌘" : "Ctrl", ...keys.split("+").map((key) => key[0].toUpperCase() + key.slice(1))];
}

function row(keys, words) {
  const line = document.createElement("div");
  const term = document.createElement("dt");
  const meaning = document.createElement("dd");
  for (const key of keys) term.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ");
  meaning.textContent = words;
  line.append(term, meaning);
  return line;
}

function addKeys(all) {
  const frame = document.createElement("div"); // it scrolls, so the keyboard must get there
  frame.className = "editor-keys";
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", "Keys of the editor");
  const list = document.createElement("dl");
  frame.append(list);
  list.append(
    row(spell("s"), "Save"),
    ...all.map(([, words, keys]) => row(spell(keys), words)),
    row(["Tab"], "In a list: one level in; with Shift, out"),
    row(["Esc", "Tab"], "Leave the text"),
  );
  document.querySelector("#keys dl")?.after(frame);
}

// One stop for Tab; the arrow keys go along the buttons.
function walk(bar, buttons) {
  const focus = (at) => {
    buttons.forEach((button, other) => (button.tabIndex = other === at ? 0 : -1));
    buttons[at].focus();
  };
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    focus((to + buttons.length) % buttons.length);
  });
}

export function offerTools(area, pictures, save) {
  const bar = document.createElement("div");
  const all = tools(pictures);
  const make = ([sign, words, keys, act], at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = at ? -1 : 0;
    button.title = `${words} (${spell(keys).join("+")})`;
    button.setAttribute("aria-label", words);
    button.setAttribute("aria-keyshortcuts", `${apple ? "Meta" : "Control"}+${keys.replace("shift", "Shift")}`);
    button.textContent = sign;
    button.addEventListener("pointerdown", (event) => event.preventDefault()); // what is selected stays so
    button.addEventListener("click", () => act(area));
    return button;
  };
  const buttons = all.map(make);
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", "Form of the text");
  bar.setAttribute("aria-controls", area.id);
  bar.append(...buttons);
  document.getElementById("editor-tools").prepend(bar);
  walk(bar, buttons);
  addKeys(all);
  document.addEventListener("keydown", (event) => {
    if (!(apple ? event.metaKey : event.ctrlKey) || event.altKey || event.isComposing) return;
    const keys = (event.shiftKey ? "shift+" : "") + event.key.toLowerCase();
    const tool = keys === "s" ? null : all.find((one) => one[2] === keys);
    if (keys === "s") save();
    else if (tool && document.activeElement === area) tool[3](area);
    else return;
    event.preventDefault();
  });
}
