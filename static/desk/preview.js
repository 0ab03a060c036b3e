// The preview that follows what is typed: the server's renderer, one request at a time, the last text wins. What did not
// change is not touched, so nothing flickers. NOT here: scrolling (scrolling.js), how a line is found (measuring.js).

import { goTo } from "./measuring.js";

const PAUSE = 200;
const WORDS = { tldr: "TLDR", body: "Text", updates: "Updates" };
const OURS = / (?:data-line="\d+"|tabindex="0")/g; // what says where a block stands, and that Tab stops at it

const number = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

const looks = (node) => (node.outerHTML ?? node.textContent).replace(OURS, "");

function takeLines(from, to) {
  if (!from.querySelectorAll) return;
  const [olds, news] = [from, to].map((node) => [node, ...node.querySelectorAll("[data-line]")].filter((one) => one.dataset?.line));
  news.forEach((one, at) => olds[at] && (one.dataset.line = olds[at].dataset.line));
}

// Replaces the blocks between the first and the last that changed.
function renew(region, html) {
  const made = [...parse(html).childNodes];
  const old = [...region.childNodes];
  let first = 0;
  while (first < made.length && first < old.length && looks(made[first]) === looks(old[first])) first++;
  let last = 0;
  const most = Math.min(made.length, old.length) - first;
  while (last < most && looks(made.at(-1 - last)) === looks(old.at(-1 - last))) last++;
  for (let at = 0; at < first; at++) takeLines(made[at], old[at]);
  for (let at = 1; at <= last; at++) takeLines(made.at(-at), old.at(-at));
  for (const node of old.slice(first, old.length - last)) node.remove();
  const behind = last ? old.at(-last) : null;
  for (const node of made.slice(first, made.length - last)) region.insertBefore(node, behind);
}

// As reading.js does with the formulas that were there from the start: one that scrolls is a stop for Tab.
const scrolling = new ResizeObserver((seen) => {
  for (const { target } of seen) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

function showProblems(list, problems) {
  const items = problems.map((problem) => {
    const item = document.createElement("li");
    item.className = `problem-${problem.severity}`;
    const link = document.createElement("a");
    link.href = `#f-${problem.part}`;
    Object.assign(link.dataset, { part: problem.part, line: problem.line, column: problem.column });
    link.textContent = `${WORDS[problem.part]}, line ${problem.line}`;
    item.append(link, `: ${problem.message}`);
    return item;
  });
  const same = items.length === list.children.length && items.every((item, at) => item.isEqualNode(list.children[at]));
  if (!same) list.replaceChildren(...items);
}

function advice(words) {
  if (!words) return "the TLDR is empty, 30 to 70 words do well";
  const told = `the TLDR has ${number(words, "word")}`;
  if (words < 30) return `${told}, 30 to 70 do well`;
  return words > 70 ? `${told}, more than 70: shorter is read more` : told;
}

export function startPreview(form, { announce, after, onRefused }) {
  const region = document.getElementById("preview");
  const parts = ["tldr", "body", "updates"].map((name) => region.querySelector(`.preview-${name}`));
  const list = document.getElementById("problems");
  const counts = document.getElementById("counts");
  let timer = 0;
  let asking = false;
  let again = false;
  let told = list.children.length;

  function show(made) {
    renew(parts[0], made.tldr_html);
    renew(parts[1], made.html);
    renew(parts[2], made.updates_html.map((html) => `<div>${html}</div>`).join(""));
    for (const formula of region.querySelectorAll(".math.inline")) scrolling.observe(formula);
    showProblems(list, made.problems);
    const sentence = `${number(made.words, "word")}, ${number(made.formulas, "formula")}; ${advice(made.tldr_words)}.`;
    if (counts.textContent !== sentence) counts.textContent = sentence;
    counts.classList.toggle("is-off", made.tldr_words < 30 || made.tldr_words > 70);
    if (made.problems.length !== told) announce(made.problems.length ? number(made.problems.length, "thing") + " to look at." : "Nothing to look at.");
    told = made.problems.length;
    after();
  }

  async function ask() {
    if (asking) return void (again = true);
    asking = true;
    again = false;
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.preview, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.ok) show(await answer.json());
      region.classList.toggle("is-old", !answer.ok);
      if (!answer.ok) onRefused(answer);
    } catch {
      region.classList.add("is-old"); // the server is away: the status line says what that means for the text
    }
    asking = false;
    if (again) ask();
  }

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  // Before the form, too, a link may name a line.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-part]");
    const area = link && form.elements[link.dataset.part];
    if (!area) return;
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("editor:source"));
    goTo(area, Number(link.dataset.line), Number(link.dataset.column ?? 1));
  });
  return { ask };
}
