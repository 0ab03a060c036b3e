// Pictures that are pasted, dropped or chosen: sent at once, asked about meanwhile, put into the text when both are done.

import { block, put } from "./text.js";

const TYPES = /^image\/(png|jpeg|webp|gif|svg\+xml)$/;

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const button = (words) => make("button", { type: "button", class: "small-button" }, words);

function send(address, file, onProgress) {
  const request = new XMLHttpRequest(); // fetch does not say how far an upload is
  const done = new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => event.lengthComputable && onProgress(event.loaded / event.total));
    request.addEventListener("load", () => {
      const answer = request.response ?? {};
      if (request.status === 200) resolve(answer);
      else reject(request.status === 401 ? "Your session has ended. Log in in another tab, then try again." : (answer.detail ?? "It was not taken in."));
    });
    request.addEventListener("error", () => reject("The server could not be reached."));
    request.addEventListener("abort", () => reject(""));
  });
  const body = new FormData();
  body.append("file", file, file.name || "picture.png");
  request.open("POST", address);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.send(body);
  return { done, cancel: () => request.abort() };
}

function askAbout(file, address, { putIn, onEnd, announce }) {
  const name = file.name || "picture";
  const bar = make("progress", { max: "1", value: "0", "aria-label": `Upload of ${name}` });
  const state = make("span", { class: "upload-state" }, "Uploading…");
  const words = make("input", { type: "text", autocomplete: "off" });
  const [yes, retry, no] = [button("Put it in"), button("Try again"), button("Leave it out")];
  const row = make("li", { class: "upload" },
    make("p", {}, make("strong", {}, name), " ", bar, " ", state),
    make("label", {}, "What it shows, for those who cannot see it", words),
    make("p", { class: "form-actions" }, yes, retry, no)); // prettier-ignore
  let sending;
  let picture = null;
  let wanted = false;

  function end() {
    row.remove();
    onEnd();
  }

  function finish() {
    wanted = true;
    if (!picture) return void (state.textContent = "It is put in as soon as it is here.");
    end();
    // Brackets cannot be escaped: here \[ opens a formula.
    const told = words.value.trim().replaceAll("\\", "\\\\").replaceAll("[", "(").replaceAll("]", ")");
    putIn(`![${told}](${picture.address})`);
  }

  async function start() {
    retry.hidden = true;
    bar.hidden = yes.hidden = false;
    state.textContent = "Uploading…";
    sending = send(address, file, (part) => (bar.value = part));
    try {
      picture = await sending.done;
      state.textContent = "Here.";
      announce(`${name} is here.`);
      bar.hidden = true;
      if (wanted) finish();
    } catch (sentence) {
      bar.hidden = yes.hidden = true;
      retry.hidden = false;
      wanted = false;
      state.textContent = String(sentence);
      if (sentence) announce(`${name}: ${sentence}`);
    }
  }

  yes.addEventListener("click", finish);
  retry.addEventListener("click", start);
  no.addEventListener("click", () => {
    sending.cancel();
    end();
  });
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    finish();
  });
  start();
  return { row, words };
}

function dropPlace(area, event) {
  const place = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  return place?.offsetNode === area ? place.offset : area.selectionStart;
}

export function offerPictures(form, area, announce) {
  const rows = make("ul", { class: "editor-uploads", "aria-label": "Pictures on their way" });
  rows.hidden = true;
  for (const name of ["input", "change"]) rows.addEventListener(name, (event) => event.stopPropagation());
  document.getElementById("editor-tools").append(rows); // which stays in sight, so that nobody loses their place

  function take(files, at = area.selectionStart) {
    const before = area.value;
    const pictures = [...files].filter((file) => TYPES.test(file.type));
    if (!pictures.length) return announce("Only pictures can be put in: PNG, JPEG, WebP, GIF or SVG.");
    const asked = pictures.map((file) => {
      const putIn = (text) => {
        const focused = document.activeElement;
        if (area.value === before) area.setSelectionRange(at, at);
        block(area, text, text.length);
        if (focused !== document.body) focused.focus({ preventScroll: true }); // somebody writes elsewhere by now
      };
      return askAbout(file, form.dataset.upload, { putIn, announce, onEnd: () => (rows.hidden = !rows.children.length) });
    });
    rows.hidden = false;
    rows.append(...asked.map((one) => one.row));
    asked[0].words.focus({ preventScroll: true });
    rows.scrollTop = asked[0].row.offsetTop - rows.offsetTop;
  }

  area.addEventListener("paste", (event) => {
    const { files } = event.clipboardData;
    const text = event.clipboardData.getData("text/plain");
    if (files.length && !text) {
      event.preventDefault();
      take(files);
    } else if (/^https?:\/\/\S+$/.test(text.trim())) {
      onAddress(event, area, text.trim());
    }
  });
  // A file that misses the text would otherwise take the place of the whole page.
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    take(event.dataTransfer.files, event.target === area ? dropPlace(area, event) : undefined);
  });

  const chooser = make("input", { type: "file", accept: "image/*", multiple: "", hidden: "", "aria-label": "Pictures" });
  chooser.addEventListener("change", (event) => {
    event.stopPropagation();
    if (chooser.files.length) take(chooser.files);
    chooser.value = "";
  });
  chooser.addEventListener("input", (event) => event.stopPropagation());
  document.getElementById("editor-tools").append(chooser);
  return { choose: () => chooser.click() };
}

// An address that is pasted over words becomes a link of them.
function onAddress(event, area, address) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const words = value.slice(start, end);
  if (!words.trim() || /[\n\]]/.test(words) || /^https?:/.test(words.trim())) return;
  event.preventDefault();
  put(area, start, end, `[${words}](${address.replaceAll(")", "%29")})`);
}
