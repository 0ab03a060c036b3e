// Comforts for readers. Every page is complete without them.

const root = document.documentElement;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  return root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches;
}

function remember(theme) {
  try {
    localStorage.setItem("cairn-theme", theme);
  } catch {
    // Without storage the choice holds for this page only.
  }
}

function offerTheme(button) {
  const words = button.querySelector("[data-theme-words]");
  const say = () => {
    words.textContent = isDark() ? "Use light colours" : "Use dark colours";
  };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remember(root.dataset.theme);
    say();
  });
  prefersDark.addEventListener("change", say);
  say();
  button.hidden = false;
}

function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

function searchOnSlash(event) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const box = document.querySelector("[data-search]");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
}

// Marks the heading being read in the contents beside the text.
function followReading(contents) {
  const links = new Map([...contents.querySelectorAll("a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const observer = new IntersectionObserver(
    () => {
      const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
      const current = passed.at(-1)?.id;
      for (const [id, link] of links) {
        if (id === current) link.setAttribute("aria-current", "location");
        else link.removeAttribute("aria-current");
      }
    },
    { rootMargin: "0px 0px -66% 0px" },
  );
  for (const heading of headings) observer.observe(heading);
}

const button = document.querySelector("[data-theme-toggle]");
if (button) offerTheme(button);
const contents = document.querySelector("nav.contents");
if (contents) followReading(contents);
document.addEventListener("keydown", searchOnSlash);
