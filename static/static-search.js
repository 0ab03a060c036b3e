// The search of a site built as files: looks through a list of titles, TLDRs, names and tags, in the reader's browser.

const script = document.getElementById("static-search");
const box = document.querySelector("[data-search]");
const region = document.getElementById("results");
const help = [...region.childNodes];
const MOST = 50;
const WEIGHTS = { title: 8, papers: 5, people: 4, tags: 4, tldr: 1 };

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const wordsOf = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

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
const library = () => (loading ??= load());

// Every word asked for must begin a word somewhere; whole words and titles count more.
function score(one, asked, whole) {
  let total = one.whole === whole ? 100 : 0;
  for (const word of asked) {
    let best = 0;
    for (const [name, weight] of Object.entries(WEIGHTS)) {
      for (const known of one.words[name]) {
        if (known === word) best = Math.max(best, weight * 2);
        else if (known.startsWith(word)) best = Math.max(best, weight);
      }
    }
    if (!best) return 0;
    total += best;
  }
  return total;
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
  const found = summaries
    .map((one) => [score(one, asked, fold(text)), one])
    .filter(([points]) => points)
    .sort((a, b) => b[0] - a[0] || a[1].title.localeCompare(b[1].title));
  const count = found.length === 1 ? "1 summary" : `${found.length || "No"} summaries`;
  const list = element("div", "list");
  list.append(...found.slice(0, MOST).map(([, one]) => entry(one)));
  const said = element("p", "list-count", found.length > MOST ? `The best ${MOST} of ${count}` : count);
  said.setAttribute("role", "status");
  region.replaceChildren(said, list);
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
