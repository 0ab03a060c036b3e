// Keeping and saving what is typed, and a line that says how things stand. It says “Saved” only after the server did.

import { clearComplaints, complain } from "./complaints.js";
import * as copies from "./copies.js";

const REST = 2000; // a draft is kept after so long without a key
const MOST = 10000; // and at least so often while keys come
const HERE = 250;
const STALE = "Somebody saved in between";

const clock = (moment) => new Date(moment).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

function makeStatus() {
  const line = document.getElementById("editor-status");
  const retry = Object.assign(document.createElement("button"), { type: "button", className: "small-button", textContent: "Retry", hidden: true });
  const login = Object.assign(document.createElement("a"), { href: "/login", target: "_blank", rel: "noopener", textContent: "Log in in another tab", hidden: true });
  const place = document.createElement("p"); // beside the buttons, which stay in sight
  place.className = "editor-standing";
  place.append(line, login, retry);
  document.getElementById("editor-tools").append(place);
  let act = null;
  retry.addEventListener("click", () => act?.());
  return (words, { loud = false, again = null, signedOut = false } = {}) => {
    line.setAttribute("aria-live", loud ? "polite" : "off");
    if (line.textContent !== words) line.textContent = words;
    line.classList.toggle("is-unsaved", Boolean(again));
    const focused = document.activeElement === retry;
    act = again;
    retry.hidden = !again;
    login.hidden = !signedOut;
    if (focused && retry.hidden) document.querySelector("#editor [name=body]").focus({ preventScroll: true });
  };
}

export function startSaving(form, person) {
  const status = makeStatus();
  const line = document.getElementById("editor-status");
  const standing = line.textContent.trim();
  let key = form.dataset.key;
  let saved = /^Not saved(?! yet)/.test(standing) ? "" : copies.mark(copies.read(form));
  let savedWords = standing;
  let drafted = ""; // the text that the server keeps as a draft
  let keptHere = true;
  let leaving = false;
  let unheard = []; // what was sent to be saved and never answered
  let wanted = false; // somebody asked to save, and it was not done yet
  let saving = null;
  let sent = ""; // the text that is on its way
  let askedAgain = false; // for more than that
  let drafting = null;
  let ahead = null; // what a draft must not overtake: the look for an earlier one, or the order to forget it
  let draftFailed = false;
  let first = 0; // when the oldest key was typed that no draft has
  let draftTimer = 0;
  let hereTimer = 0;

  const now = () => copies.mark(copies.read(form));
  const isDirty = () => now() !== saved;
  const where = () => (keptHere ? "kept in this browser" : "and this browser cannot keep it: leave this page open");

  function keepHere(more = {}) {
    clearTimeout(hereTimer);
    hereTimer = 0;
    if (!isDirty()) return copies.dropHere(person, key);
    const typed = copies.read(form);
    keptHere = copies.keepHere(person, key, { form: typed, base: Number(form.dataset.base), isNew: !Number(form.dataset.base), at: Date.now(), ...more });
  }

  function again() {
    draftFailed = false;
    return wanted ? save() : keepDraft();
  }

  function refuse(words, answer) {
    const signedOut = answer?.status === 401;
    const why = signedOut ? ": your session has ended" : words ? `: ${words.replace(/\.$/, "")}` : "";
    status(`Not saved${why}, ${where()}`, { loud: true, again, signedOut });
  }

  async function detailOf(answer) {
    try {
      return (await answer.json()).detail ?? "";
    } catch {
      return "";
    }
  }

  // Drafts

  function plan() {
    clearTimeout(draftTimer);
    first ||= Date.now();
    draftTimer = setTimeout(() => keepDraft(), Math.max(0, Math.min(REST, first + MOST - Date.now())));
  }

  async function keepDraft() {
    clearTimeout(draftTimer);
    if (leaving || drafting || saving || !isDirty() || drafted === now()) return;
    const typed = copies.read(form);
    first = 0;
    drafting = sendDraft(typed);
    await drafting;
    drafting = null;
    if (!isDirty()) forgetDraft(); // taken back while it was on its way
    else if (drafted !== now() && !draftFailed) plan();
  }

  function forgetDraft() {
    if (drafted) ahead = copies.dropThere(form, key);
    drafted = "";
    draftFailed = false;
    first = 0;
    status(savedWords);
  }

  function tellKept(moment) {
    const unsaved = wanted || !saved;
    status(`${unsaved ? "Not saved; draft" : "Draft"} kept ${clock(moment)}`, { again: wanted ? again : null });
  }

  async function sendDraft(typed) {
    await ahead;
    try {
      const answer = await copies.keepThere(form, key, typed);
      draftFailed = !answer.ok;
      if (answer.ok) {
        drafted = copies.mark(typed);
        const { saved_at: moment } = await answer.json();
        if (!saving) tellKept(moment);
      } else {
        refuse(answer.status === 401 ? "" : await detailOf(answer), answer);
      }
    } catch {
      draftFailed = true;
      if (!saving) refuse("", null);
    }
    // While it fails it is tried again by itself: the text must not wait for somebody to look.
    if (draftFailed) draftTimer = setTimeout(keepDraft, MOST);
  }

  function onType() {
    hereTimer ||= setTimeout(() => keepHere(), HERE);
    if (now() === saved) {
      clearTimeout(draftTimer);
      keepHere();
      return forgetDraft();
    }
    if (saved && !first && !drafted && !draftFailed && !wanted) status(`Changed, ${where()}`);
    if (!draftFailed) plan();
  }

  // Saving

  function settle(typed, answer) {
    const was = key;
    form.elements.base_revision.value = answer.revision;
    form.dataset.base = answer.revision;
    form.elements.submission.value = answer.submission;
    if (form.elements.note.value === typed.note) form.elements.note.value = "";
    form.action = answer.edit;
    key = form.dataset.key = answer.slug;
    saved = copies.mark(typed);
    drafted = "";
    draftFailed = wanted = false;
    unheard = [];
    savedWords = `Saved ${clock(answer.saved_at)}, revision ${answer.revision}`;
    copies.dropHere(person, was);
    keepHere();
    clearComplaints();
    if (isDirty()) {
      status(`${savedWords}; changed since`, { loud: true });
      plan();
    } else {
      status(savedWords, { loud: true });
    }
  }

  // A new summary, or one that was in conflict, is an ordinary one now. The page stays, for somebody may be typing: what
  // stands around the form is taken from the page that would be loaded.
  async function goOn({ edit }) {
    history.replaceState(null, "", edit);
    form.elements.slug?.closest(".form-field").remove();
    const over = ".conflict-sides, .conflict-exits, .conflict-merge, .done, .editor-draft:has(form)";
    document.querySelectorAll(over).forEach((one) => one.remove());
    const page = await fetch(edit).then((answer) => (answer.ok ? answer.text() : ""), () => "");
    if (page) takeSurroundings(form, new DOMParser().parseFromString(page, "text/html"));
  }

  const post = (typed) => {
    const body = copies.encode({ ...typed, _action: "save" });
    return fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  };

  async function send() {
    const typed = copies.read(form);
    wanted = true;
    sent = copies.mark(typed);
    status("Saving…");
    try {
      const answer = await post(typed);
      if (answer.ok) {
        const made = await answer.json();
        settle(typed, made);
        return goOn(made);
      }
      if (answer.status >= 500) unheard.push(typed);
      const problem = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
      if (answer.status === 409 && (await wasOurs())) return send();
      if (answer.status === 409 && problem.title === STALE) return leaveFor("save");
      if (answer.status === 422 || answer.status === 409) complain(form, problem);
      refuse(answer.status < 500 || answer.status === 503 ? problem.detail : "", answer);
    } catch {
      unheard.push(typed);
      refuse("", null);
    }
  }

  // A text whose answer never came may have been saved: then what stands in the way is our own. Asked again with the
  // same one-time value, the server says so and saves nothing twice.
  async function wasOurs() {
    for (const typed of unheard.splice(0).reverse()) {
      const answer = await post(typed);
      if (!answer.ok) continue;
      settle(typed, await answer.json());
      return true;
    }
    return false;
  }

  // Sends the form as a browser does: the answer takes the place of this page, with the text in it.
  function leaveFor(action) {
    keepHere({ sent: true });
    leaving = true;
    const button = Object.assign(document.createElement("button"), { type: "submit", name: "_action", value: action, hidden: true });
    form.append(button);
    button.click();
  }

  async function save() {
    // Asked twice for the same text, it is saved once: what is typed after that, nobody has asked to save yet.
    if (saving && sent && now() !== sent) askedAgain = true;
    if (saving || leaving) return saving;
    sent = "";
    askedAgain = false;
    keepHere();
    clearTimeout(draftTimer);
    saving = (async () => {
      await ahead;
      await drafting;
      await send();
    })();
    await saving;
    saving = null;
    if (leaving || !isDirty()) return;
    if (wanted) draftTimer = setTimeout(keepDraft, MOST);
    else if (askedAgain) return save();
    else plan(); // a draft that fell due meanwhile was put off
  }

  form.addEventListener("input", onType);
  form.addEventListener("change", onType);
  form.addEventListener("submit", (event) => {
    if (leaving) return;
    const action = event.submitter?.value;
    if (action === "save") {
      event.preventDefault();
      save();
    } else if (action !== "preview") {
      const busy = saving ?? drafting;
      if (busy) {
        // What is on its way must not come after this, nor be a conflict with it.
        event.preventDefault();
        return void busy.then(() => leaving || form.requestSubmit(event.submitter));
      }
      keepHere({ sent: true });
      leaving = true;
    }
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && (isDirty() || document.querySelector(".upload"))) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.closest(".editor-draft")) return; // to discard it is what is wanted
    copies.dropHere(person, key);
    leaving = true;
  });
  addEventListener("pageshow", (event) => event.persisted && (leaving = false));
  addEventListener("pagehide", () => leaving || keepHere());
  document.addEventListener("visibilitychange", () => document.hidden && !leaving && isDirty() && (keepHere(), keepDraft()));
  addEventListener("online", () => draftFailed && keepDraft());
  if (isDirty()) onType();

  return {
    save,
    isDirty,
    waitFor: (work) => (ahead = work.catch(reportError)),
    refused: (answer) => answer.status === 401 && isDirty() && refuse("", answer),
    adopt: (copy) => {
      if (copy.isNew) key = form.dataset.key = copy.key;
      drafted = "";
      onType();
    },
  };
}

function takeSurroundings(form, made) {
  document.title = made.title;
  made.getElementById("editor-status")?.remove(); // this page has its own, beside the tools
  const replaced = [".editor-head", ".desk-menu"];
  if (!form.querySelector("#f-categories input")) replaced.push("#f-categories"); // one may have been added in another tab
  for (const place of replaced) {
    const [old, renewed] = [document.querySelector(place), made.querySelector(place)];
    if (old && renewed) old.replaceWith(document.adoptNode(renewed));
  }
  form.querySelector("button[value=save]").textContent = made.querySelector("#editor button[value=save]")?.textContent ?? "Save";
}
