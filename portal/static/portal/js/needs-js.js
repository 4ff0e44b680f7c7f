// What cannot work without JavaScript stays hidden until there is some. A plain script, right after that part: what
// follows is drawn once it shows, and does not move.
for (const part of document.querySelectorAll("[data-needs-js]")) part.hidden = false;
