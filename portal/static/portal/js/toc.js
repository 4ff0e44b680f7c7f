// Marks in the contents list the section being read.
const links = new Map();
for (const link of document.querySelectorAll(".toc a[href^='#']")) {
  const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (section) links.set(section, link);
}

const inView = new Set();

function mark() {
  const sections = [...links.keys()];
  // The topmost section in view; between two, the last one passed.
  const current =
    sections.find((section) => inView.has(section)) ??
    sections.filter((section) => section.getBoundingClientRect().top < 0).at(-1) ??
    sections[0];
  for (const [section, link] of links) {
    if (section === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

if (links.size && "IntersectionObserver" in window) {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) inView.add(entry.target);
        else inView.delete(entry.target);
      }
      mark();
    },
    { rootMargin: "0px 0px -60% 0px" },
  );
  for (const section of links.keys()) observer.observe(section);
}
