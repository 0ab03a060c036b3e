// Source and preview scroll together, both ways, by the lines that the renderer put on the blocks of the preview.

import { topsOfLines } from "./measuring.js";
import { lineNumber } from "./text.js";

// Pairs of heights that show the same: [in the source, in the preview], rising in both.
function pairs(area, region) {
  const tops = topsOfLines(area);
  const above = region.getBoundingClientRect().top - region.scrollTop;
  const found = [[0, 0]];
  for (const block of region.querySelectorAll("[data-line]")) {
    const source = tops[block.dataset.line - 1];
    const preview = block.getBoundingClientRect().top - above;
    if (source > found.at(-1)[0] && preview > found.at(-1)[1]) found.push([source, preview]);
  }
  const end = [area.scrollHeight, region.scrollHeight];
  while (found.length > 1 && (found.at(-1)[0] >= end[0] || found.at(-1)[1] >= end[1])) found.pop();
  return [...found, end];
}

function between(all, from, to, height) {
  const at = Math.max(1, all.findIndex((pair) => pair[from] >= height));
  const [low, high] = [all[at - 1], all[at]];
  const part = (height - low[from]) / (high[from] - low[from] || 1);
  return low[to] + part * (high[to] - low[to]);
}

export function matchScrolling(area, region) {
  let leader = area;
  const expected = new Map(); // where a pane was put by us: its own scroll event is no wish of anybody's

  function follow(pane) {
    const other = pane === area ? region : area;
    const [room, otherRoom] = [pane, other].map((one) => one.scrollHeight - one.clientHeight);
    if (room <= 0 || otherRoom <= 0) return;
    const [from, to] = pane === area ? [0, 1] : [1, 0];
    // At the top the tops are matched, at the end the ends, between them what lies between.
    const height = (pane.scrollTop * pane.scrollHeight) / room;
    const matched = between(pairs(area, region), from, to, height);
    const top = Math.round((matched * otherRoom) / other.scrollHeight);
    if (Math.abs(other.scrollTop - top) < 1) return;
    other.scrollTop = top;
    expected.set(other, other.scrollTop);
  }

  function onScroll(event) {
    const pane = event.currentTarget;
    const ours = expected.has(pane) && Math.abs(pane.scrollTop - expected.get(pane)) < 2;
    expected.delete(pane);
    if (ours) return;
    leader = pane;
    follow(pane);
  }
  for (const pane of [area, region]) pane.addEventListener("scroll", onScroll, { passive: true });
  area.addEventListener("input", () => (leader = area));

  // The block of the preview that the cursor's line belongs to.
  function blockOfCursor() {
    const line = lineNumber(area.value, area.selectionStart);
    return [...region.querySelectorAll("[data-line]")].filter((block) => Number(block.dataset.line) <= line).at(-1);
  }

  return {
    settle() {
      if (leader !== area) return;
      follow(area);
      if (document.activeElement !== area || region.scrollHeight <= region.clientHeight) return;
      const block = blockOfCursor();
      if (!block) return;
      const [box, seen] = [block.getBoundingClientRect(), region.getBoundingClientRect()];
      const [low, high] = [box.top - seen.top, box.bottom - seen.bottom];
      const by = low < 0 ? low - 12 : high > 0 ? Math.min(high + 12, low - 12) : 0;
      if (!by) return;
      region.scrollTop += by;
      expected.set(region, region.scrollTop);
    },
    showCursor() {
      blockOfCursor()?.scrollIntoView({ block: "center" });
    },
  };
}
