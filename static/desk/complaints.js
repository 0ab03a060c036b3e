// What is wrong with fields, as the server told it: before the form, and at each field. NOT here: asking the server.

export function clearComplaints() {
  document.querySelectorAll(".complaints, .field-problem").forEach((one) => one.remove());
  document.querySelectorAll("#editor [aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
}

export function complain(form, problem) {
  clearComplaints();
  const box = document.createElement("div");
  box.className = "complaints";
  box.setAttribute("role", "alert");
  const list = document.createElement("ul");
  for (const { field, message, line } of problem.errors ?? [{ field: "", message: problem.detail }]) {
    const name = [field.replaceAll(".", "_"), field.split(".").at(-1), field.split(".")[0]].find((one) => document.getElementById(`f-${one}`));
    const item = document.createElement("li");
    const at = name && document.getElementById(`f-${name}`);
    const label = at && (form.querySelector(`label[for="f-${name}"]`) ?? at.querySelector("legend"))?.textContent.trim();
    const words = `${label ? `${label}${line ? `, line ${line}` : ""}: ` : ""}${message.replace(/(?<![.?!])$/, ".")}`;
    if (at) {
      const link = Object.assign(document.createElement("a"), { href: `#f-${name}`, textContent: words });
      link.addEventListener("click", () => at.closest("details")?.setAttribute("open", ""));
      item.append(link);
      at.closest("details")?.setAttribute("open", "");
      if (at.matches("input, select, textarea")) at.setAttribute("aria-invalid", "true");
    } else item.textContent = words;
    list.append(item);
  }
  const title = document.createElement("p");
  title.append(Object.assign(document.createElement("strong"), { textContent: "This was not saved." }));
  box.append(title, list);
  form.before(box);
  box.scrollIntoView({ block: "nearest" });
}
