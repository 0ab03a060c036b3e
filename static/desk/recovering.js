// Text that was typed and never saved, offered when its form is opened again: the server's draft and this browser's copy.

import * as copies from "./copies.js";

const MOST = 3;
const OLDEST = 60 * 24 * 3600 * 1000;
const count = (text) => text.trim().split(/\s+/).filter(Boolean).length;
const length = (typed) => count(typed.body ?? "") + count(typed.tldr ?? "");
const day = (moment) => new Date(moment).toLocaleString("en-GB", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
const words = (number) => `${number.toLocaleString("en")} word${number === 1 ? "" : "s"}`;

// The server's own offer of its draft; here it becomes one of several.
const notice = () => document.querySelector('.editor-draft a[href$="draft=restore"]');

function sentence(copy, form) {
  const place = { here: ", kept in this browser", there: "", before: ", which stood here until now" }[copy.where];
  const [theirs, ours] = [length(copy.form), length(copies.read(form))];
  const compared = theirs === ours ? `${words(theirs)}, as many as here` : `${words(theirs)}, ${words(Math.abs(theirs - ours))} ${theirs > ours ? "more" : "fewer"} than here`;
  const base = Number(form.dataset.base);
  const begun = copy.base && base && copy.base !== base ? ` It was begun from revision ${copy.base}; revision ${base} was saved since.` : "";
  const title = copy.isNew && copy.form.title ? ` “${copy.form.title}”` : "";
  return `There is text of yours${title} that was not saved, from ${day(copy.at)}${place}: ${compared}.${begun}`;
}

const sameWords = (one, other) => ["title", "tldr", "body"].every((name) => one[name]?.trim() === other[name]?.trim());

async function find(form, person) {
  const [key, base, typed] = [form.dataset.key, Number(form.dataset.base), copies.read(form)];
  const arrived = /[?&]done=(saved|unchanged|submit|publish|held)\b/.test(location.search);
  const found = [];
  for (const copy of copies.listHere(person)) {
    const mine = [key, `aside ${key}`].includes(copy.key) || (!base && copy.isNew);
    const same = copies.mark(copy.form) === copies.mark(typed);
    // It went out with the page before this one, which says that it was saved.
    const sent = copy.sent && arrived && sameWords(copy.form, typed);
    const over = same && (copy.key !== key || copy.base < base);
    if (sent || Date.now() - copy.at > OLDEST || (mine && over)) copies.dropHere(person, copy.key);
    else if (mine && !same) found.push({ ...copy, stored: copy.key });
  }
  const told = notice();
  const draft = told && (await copies.findThere(form, key));
  if (draft) {
    found.push(draft);
    // The draft of what is typed next takes its place on the server: until it was decided on, it is kept here.
    copies.keepHere(person, `aside ${key}`, { form: draft.form, base: draft.base, at: draft.at, isNew: false });
  }
  const marks = new Set();
  const newest = found.sort((one, other) => other.at - one.at);
  return newest.filter((copy) => !marks.has(copies.mark(copy.form)) && marks.add(copies.mark(copy.form)));
}

export async function offerRecovery(form, person, keeping) {
  let offers = (await find(form, person)).slice(0, MOST);
  if (!offers.length) return;
  notice()?.closest(".editor-draft").remove();
  const panel = document.createElement("section");
  panel.className = "notice editor-draft";
  panel.setAttribute("aria-label", "Unsaved text");
  form.before(panel);

  function forget(copy) {
    if (copy.where === "here") copies.dropHere(person, copy.stored);
    if (copy.where === "there") copies.dropThere(form, copy.key);
    if (copy.where === "there" || copy.stored === form.dataset.key) copies.dropHere(person, `aside ${form.dataset.key}`);
    offers = offers.filter((one) => one !== copy);
  }

  function take(copy) {
    const before = { form: copies.read(form), base: Number(form.dataset.base), at: Date.now(), where: "before", key: form.dataset.key };
    const wanted = keeping.isDirty();
    copies.write(form, { ...copy.form, base_revision: copy.base ? String(copy.base) : "", submission: copy.isNew ? copy.form.submission : form.elements.submission.value });
    form.dataset.base = copy.base || 0;
    offers = offers.filter((one) => one !== copy);
    if (wanted) offers.unshift(before);
    if (copy.where === "here" && copy.stored !== copy.key) copies.dropHere(person, copy.stored);
    copies.dropHere(person, `aside ${form.dataset.key}`);
    keeping.adopt(copy);
    form.dispatchEvent(new Event("input", { bubbles: true }));
    form.elements.body.focus();
  }

  function button(text, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "small-button", textContent: text });
    made.addEventListener("click", () => {
      act();
      show();
    });
    return made;
  }

  function show() {
    panel.hidden = !offers.length;
    panel.replaceChildren(
      ...offers.flatMap((copy) => {
        const line = document.createElement("p");
        line.textContent = sentence(copy, form);
        const actions = document.createElement("div");
        actions.className = "form-actions";
        actions.append(button("Go on with it", () => take(copy)), button("Discard it", () => forget(copy)));
        return [line, actions];
      }),
    );
  }
  show();
}
