// Text that is not saved yet, kept twice: in this browser at once, and on the server as a draft. NOT here: when.

const PREFIX = "cairn-draft:";
const OWN = new Set(["base_revision", "submission", "_action"]);

// What is in the form, as the server's drafts have it: a text for each field, a list for the shelves.
export function read(form) {
  const typed = { categories: [] };
  for (const [name, value] of new FormData(form)) {
    if (name === "categories") typed.categories.push(value);
    else typed[name] = value.replaceAll("\r\n", "\n");
  }
  return typed;
}

export function encode(typed) {
  const pairs = Object.entries(typed).flatMap(([name, value]) => [value].flat().map((each) => [name, each]));
  return new URLSearchParams(pairs);
}

// Tells texts apart: what a form says of itself, or of this change, is no text.
export function mark(typed) {
  const kept = Object.entries(typed).filter(([name]) => !OWN.has(name) && name !== "slug" && name !== "note");
  return JSON.stringify(kept.map(([name, value]) => [name, [value].flat().map((each) => each.trim())]).sort());
}

export function write(form, typed) {
  for (const field of form.elements) {
    if (!(field.name in typed) || field.name === "slug" && field.type === "hidden") continue;
    if (field.type === "checkbox") field.checked = typed[field.name].includes(field.value);
    else field.value = typed[field.name];
  }
}

// This browser's own copies. Somebody else may sit at it tomorrow: each belongs to a person.

export function keepHere(person, key, copy) {
  try {
    localStorage.setItem(PREFIX + JSON.stringify([person, key]), JSON.stringify(copy));
    return true;
  } catch {
    return false; // full, or forbidden
  }
}

export function dropHere(person, key) {
  try {
    localStorage.removeItem(PREFIX + JSON.stringify([person, key]));
  } catch {
    // what cannot be written was never there
  }
}

export function listHere(person) {
  const found = [];
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(PREFIX)) continue;
      const [whose, key] = JSON.parse(name.slice(PREFIX.length));
      if (whose === person) found.push({ ...JSON.parse(localStorage.getItem(name)), key, where: "here" });
    }
  } catch {
    // a copy that cannot be read is none
  }
  return found;
}

// The server's draft

async function call(form, key, options = {}) {
  const address = form.dataset.drafts + encodeURIComponent(key);
  return fetch(address, { ...options, headers: { Accept: "application/json" } });
}

export function keepThere(form, key, typed) {
  return call(form, key, { method: "POST", body: encode(typed) });
}

export function dropThere(form, key) {
  return call(form, key, { method: "DELETE" }).catch(() => null); // it will be offered once more, and nothing is lost
}

// Asked for again where no answer comes: the next draft takes the place of one that was not found.
export async function findThere(form, key, tries = 3) {
  try {
    const { draft } = await (await call(form, key)).json();
    return draft && { key, form: draft.form, base: draft.base_revision, at: Date.parse(draft.saved_at), where: "there" };
  } catch {
    return tries > 1 ? findThere(form, key, tries - 1) : null;
  }
}
