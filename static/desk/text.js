// Changes to the text of a field, each one step of the browser's own undo. NOT here: which keys and buttons make them.

// Writes `text` over a stretch of the field and selects from..to inside of it (its end where none is given).
export function put(area, start, end, text, from = text.length, to = from) {
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, end);
  const done = text ? document.execCommand("insertText", false, text) : start === end || document.execCommand("delete");
  if (!done) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  area.setSelectionRange(start + from, start + to);
}

export function lineAt(text, at) {
  const end = text.indexOf("\n", at);
  return [text.lastIndexOf("\n", at - 1) + 1, end < 0 ? text.length : end];
}

export function lineNumber(text, at) {
  return text.slice(0, at).split("\n").length;
}

export function startOfLine(text, line) {
  let at = 0;
  for (let passed = 1; passed < line; passed++) {
    const next = text.indexOf("\n", at);
    if (next < 0) return at;
    at = next + 1;
  }
  return at;
}

// Puts marks around what is selected, without the spaces at its ends; takes them away where they are there already.
export function wrap(area, before, after, words) {
  const text = area.value;
  let { selectionStart: start, selectionEnd: end } = area;
  while (start < end && /\s/.test(text[start])) start++;
  while (end > start && /\s/.test(text[end - 1])) end--;
  const inner = text.slice(start, end);
  const inside = text.slice(0, start).endsWith(before) && text.slice(end).startsWith(after);
  const longer = before === "*" && text.slice(0, start).endsWith("**") !== text.slice(0, start).endsWith("***");
  if (inside && !longer) {
    put(area, start - before.length, end + after.length, inner, 0, inner.length);
  } else {
    const middle = inner || words;
    put(area, start, end, before + middle + after, before.length, before.length + middle.length);
  }
}

const MARKS = /^(\s*)(?:#{1,6}\s+|>\s?|[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,9}[.)]\s+)?/;

// Begins every selected line with a mark, or takes it away where each has it.
export function begin(area, has, make) {
  const text = area.value;
  const { selectionStart: start, selectionEnd: end } = area;
  const from = lineAt(text, start)[0];
  const to = lineAt(text, end > start && text[end - 1] === "\n" ? end - 1 : end)[1];
  const lines = text.slice(from, to).split("\n");
  const wanted = lines.length > 1 ? lines.filter((line) => line.trim()) : lines;
  const all = wanted.every((line) => has.test(line));
  let number = 0;
  const made = lines.map((line) => {
    if (all) return line.replace(has, "");
    return line.trim() || lines.length === 1 ? line.replace(MARKS, (_, space) => space + make(++number)) : line;
  });
  const written = made.join("\n");
  if (lines.length > 1) return put(area, from, to, written, 0, written.length);
  put(area, from, to, written, Math.max(0, start - from + written.length - (to - from)));
}

// Puts a block of its own in, with an empty line before and after it.
export function block(area, text, from, to) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const ahead = value.slice(0, start);
  const behind = value.slice(end);
  const before = !ahead || ahead.endsWith("\n\n") ? "" : ahead.endsWith("\n") ? "\n" : "\n\n";
  const after = !behind ? "\n" : behind.startsWith("\n\n") ? "" : behind.startsWith("\n") ? "\n" : "\n\n";
  put(area, start, end, before + text + after, before.length + from, before.length + to);
}

// Lists: Enter goes on with one, or ends it after an empty item; Tab moves an item in and out.

const ITEM = /^(\s*)([-*+]|(\d{1,9})([.)]))(\s+)(\[[ xX]\]\s+)?/;
const QUOTE = /^(?:\s*>\s?)+/;

function inCode(text, at) {
  return (text.slice(0, at).match(/^\s*(?:```|~~~)/gm)?.length ?? 0) % 2 === 1;
}

function onEnter(area) {
  const { value, selectionStart: at } = area;
  const [start, end] = lineAt(value, at);
  const line = value.slice(start, end);
  const mark = line.match(ITEM) ?? line.match(QUOTE);
  if (!mark || at < start + mark[0].length || inCode(value, start)) return false;
  if (!line.slice(mark[0].length).trim()) {
    put(area, start, end, "");
    return true;
  }
  const [whole, space, bullet, number, sign, gap, task] = mark;
  const next = number ? `${Number(number) + 1}${sign}` : bullet;
  put(area, at, at, "\n" + (bullet ? space + next + gap + (task ? "[ ] " : "") : whole));
  return true;
}

function onTab(area, back) {
  const { value, selectionStart: start, selectionEnd: end } = area;
  const from = lineAt(value, start)[0];
  const to = lineAt(value, end)[1];
  const lines = value.slice(from, to).split("\n");
  const item = lines[0].match(ITEM);
  if (!item || inCode(value, from)) return false;
  const by = " ".repeat(item[2].length + 1);
  const space = /^ */.exec(lines[0])[0].length;
  if (back && !space) return false;
  const less = Math.min(space, by.length);
  const made = lines.map((line) => (back ? line.replace(new RegExp(`^ {0,${less}}`), "") : line && by + line)).join("\n");
  if (lines.length > 1) put(area, from, to, made, 0, made.length);
  else put(area, from, to, made, Math.max(0, start - from + (back ? -less : by.length)));
  return true;
}

export function offerLists(area) {
  let leaving = false; // after Escape, Tab leaves the text as it leaves every other field
  area.addEventListener("blur", () => (leaving = false));
  area.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape") leaving = true;
    else if (event.key === "Tab") {
      if (!leaving && onTab(area, event.shiftKey)) event.preventDefault();
    } else if (event.key !== "Shift") {
      leaving = false;
      const plain = event.key === "Enter" && !event.shiftKey && area.selectionStart === area.selectionEnd;
      if (plain && onEnter(area)) event.preventDefault();
    }
  });
}
