// The search of a site built as files: looks through a list of titles, TLDRs, names and tags, in the reader's browser.

const script = document.getElementById("static-search");
const box = document.querySelector("[data-search]");
const region = document.getElementById("results");
const help = [...region.childNodes];
const MOST = 50;
const WEIGHTS = { title: 8, papers: 5, people: 4, tags: 4, tldr: 1 };

// The lists of the live search (app/search/asking.py); a test compares them.
const OPENERS = new Set(
  (
    "are can could did do does had has have how is may must shall should was were what when where which " +
    "who whom whose why will would"
  ).split(" "),
);
const ASKING = new Set(
  (
    "a about actually all also an and any anybody anyone are article articles as at be between but by " +
    "came can come compare could describe did difference different do does doesnt dont each even every " +
    "exactly explain explanation find for from get give good had happen has have help how i idea if in " +
    "instead into introduce introduction invent is isnt it its just kind know let like make many may me " +
    "mean much must my need no not of on only or other our out overview paper please point propose " +
    "purpose read really same say shall should show so some someone something sort still such summary " +
    "talk tell than that the their them then there these they thing think this to understand up us use " +
    "versus very vs want was way we were what when where which who whom whose why will with work would " +
    "you your"
  ).split(" "),
);
const ENOUGH = 20;
const MOST_OF = "No summary has all of these words; these have most of those that matter.";
const HALF_OF = "Few summaries have all the words of this question; some here have at least half of those that matter.";

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const wordsOf = (text) =>
  fold(text)
    .replace(/['’]s(?![\p{L}\p{N}])/gu, "")
    .replace(/(\p{L})['’](?=\p{L})/gu, "$1")
    .match(/[\p{L}\p{N}]+/gu) ?? [];
const asks = (word) => ASKING.has(word) || ASKING.has(word.replace(/(?:s|ed|ing)$/, ""));

async function load() {
  const answer = await fetch(script.dataset.index);
  const summaries = await answer.json();
  return summaries.map((one) => ({
    ...one,
    words: Object.fromEntries(Object.keys(WEIGHTS).map((name) => [name, wordsOf(one[name])])),
    whole: fold(one.title),
  }));
}

let loading;
const library = () =>
  (loading ??= load().catch((error) => {
    loading = null; // the next letter asks again
    throw error;
  }));

// As many of the words asked for as are needed must begin a word somewhere; whole words and titles count more.
function score(one, asked, needed, whole) {
  let total = one.whole === whole ? 100 : 0;
  let fitting = 0;
  for (const word of asked) {
    let best = 0;
    for (const [name, weight] of Object.entries(WEIGHTS)) {
      for (const known of one.words[name]) {
        if (known === word) best = Math.max(best, weight * 2);
        else if (known.startsWith(word)) best = Math.max(best, weight);
      }
    }
    fitting += best > 0;
    total += best;
  }
  return fitting < needed ? 0 : total;
}

const ranked = (summaries, asked, needed, whole) =>
  summaries
    .map((one) => [score(one, asked, needed, whole), one])
    .filter(([points]) => points)
    .sort((a, b) => b[0] - a[0] || a[1].title.localeCompare(b[1].title))
    .map(([, one]) => one);

// What has every word; behind it, where that is nothing or too few for a question, what has enough of the telling ones.
function answer(summaries, asked, text) {
  const exact = ranked(summaries, asked, asked.length, fold(text));
  const question = OPENERS.has(asked[0]) || /[?？]\s*$/.test(text);
  if (exact.length >= (question ? ENOUGH : 1)) return { found: exact, note: "" };
  const rest = asked.filter((word) => !asks(word));
  const telling = rest.length ? rest : asked;
  const most = telling.length < 3 ? telling.length : Math.ceil((2 * telling.length) / 3);
  const needed = question ? Math.ceil(telling.length / 2) : most;
  const more = ranked(summaries, telling, needed, fold(text)).filter((one) => !exact.includes(one));
  return { found: [...exact, ...more], note: more.length ? (question ? HALF_OF : MOST_OF) : "" };
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function entry(one) {
  const article = element("article", "entry");
  const margin = element("div", "entry-margin");
  margin.append(element("span", "entry-kind", one.kind));
  const body = element("div", "entry-body");
  const title = element("h2", "entry-title");
  const link = element("a", "", one.title);
  link.href = one.url;
  title.append(link);
  body.append(title);
  if (one.people) body.append(element("p", "entry-paper", one.people));
  body.append(element("p", "entry-excerpt", one.tldr));
  article.append(margin, body);
  return article;
}

async function look() {
  const text = box.value.trim();
  const address = new URL(location.href);
  if (text) address.searchParams.set("q", text);
  else address.searchParams.delete("q");
  history.replaceState(null, "", address);
  const asked = wordsOf(text);
  if (!asked.length) return region.replaceChildren(...help);
  const summaries = await library();
  if (box.value.trim() !== text) return;
  const { found, note } = answer(summaries, asked, text);
  const count = found.length === 1 ? "1 summary" : `${found.length || "No"} summaries`;
  const list = element("div", "list");
  list.append(...found.slice(0, MOST).map(entry));
  const said = element("p", "list-count", found.length > MOST ? `The best ${MOST} of ${count}` : count);
  said.setAttribute("role", "status");
  region.replaceChildren(...(note ? [element("p", "notice", note)] : []), said, list);
}

let pause = 0;
box.form.addEventListener("submit", (event) => {
  event.preventDefault();
  look();
});
box.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(look, 120);
});
box.value = new URLSearchParams(location.search).get("q") ?? "";
if (box.value) look();
