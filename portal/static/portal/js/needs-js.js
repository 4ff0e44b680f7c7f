// What cannot work without JavaScript stays hidden until there is some.
for (const part of document.querySelectorAll("[data-needs-js]")) part.hidden = false;
