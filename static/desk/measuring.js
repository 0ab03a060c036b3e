// Where things stand inside of a textarea: the browser does not say, so the text is set a second time, unseen.

import { lineAt, startOfLine } from "./text.js";

const ALIKE = `boxSizing fontFamily fontSize fontWeight fontStyle fontVariantNumeric letterSpacing lineHeight paddingTop
  paddingRight paddingBottom paddingLeft tabSize textIndent wordSpacing`.split(/\s+/);

const mirror = document.createElement("div");
mirror.className = "editor-mirror";
mirror.setAttribute("aria-hidden", "true");
let last = { area: null, value: null, width: 0, tops: [] };

function dress(area) {
  if (!mirror.isConnected) document.body.append(mirror);
  const style = getComputedStyle(area);
  for (const name of ALIKE) mirror.style[name] = style[name];
  mirror.style.width = `${area.clientWidth}px`;
}

// The distance of each line from the top of the text, in pixels.
export function topsOfLines(area) {
  if (last.area === area && last.value === area.value && last.width === area.clientWidth) return last.tops;
  dress(area);
  const lines = area.value.split("\n").map((line) => {
    const one = document.createElement("div");
    one.textContent = line || "\u200b";
    return one;
  });
  mirror.replaceChildren(...lines);
  last = { area, value: area.value, width: area.clientWidth, tops: lines.map((one) => one.offsetTop) };
  mirror.replaceChildren();
  return last.tops;
}

// Where a place in the text is on the screen.
export function placeOnScreen(area, at) {
  dress(area);
  const mark = document.createElement("span");
  mark.textContent = "\u200b";
  mirror.replaceChildren(area.value.slice(0, at), mark, area.value.slice(at, at + 200));
  const box = area.getBoundingClientRect();
  const place = { left: box.left + mark.offsetLeft, top: box.top + mark.offsetTop - area.scrollTop, height: mark.offsetHeight };
  mirror.replaceChildren();
  return place;
}

// Puts the cursor at a line and a column, both from 1, in sight.
export function goTo(area, line, column = 1) {
  const at = startOfLine(area.value, line);
  const end = lineAt(area.value, at)[1];
  area.closest("details")?.setAttribute("open", "");
  area.focus({ preventScroll: true });
  area.setSelectionRange(Math.min(at + column - 1, end), end);
  area.scrollTop = Math.max(0, (topsOfLines(area)[line - 1] ?? 0) - area.clientHeight / 3);
  area.scrollIntoView({ block: "nearest" });
}
