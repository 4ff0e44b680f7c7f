/*
 * The replay as one instrument. Without this file the page is whole: times are anchors in the transcript.
 * With it, times seek the player, the player lights the line being said, and words can be searched.
 */
import { TranscriptSearch } from "./transcript-search.js";

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

/** « 12:40 » or « 1:02:05 ». */
function clock(seconds) {
  const total = Math.floor(seconds);
  const pad = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  return hours ? `${hours}:${pad(minutes)}:${pad(total % 60)}` : `${minutes}:${pad(total % 60)}`;
}

/** Seconds asked by `#t=760`, `#t-760` or `?t=760` (also `12:40`); null otherwise. */
export function secondAsked(location) {
  const fromHash = /^#t(?:=|-|%3D)([\d:.]+)$/i.exec(location.hash);
  const text = fromHash ? fromHash[1] : new URLSearchParams(location.search).get("t");
  if (!text || !/^(\d{1,2}:){0,2}\d{1,6}(\.\d{1,3})?$/.test(text)) return null;
  return text.split(":").reduce((total, part) => total * 60 + Number(part), 0);
}

/** Index of the last of `starts` (ascending) that is not after `second`; -1 before the first. */
export function indexAt(starts, second) {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= second) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

class Replay {
  constructor(root) {
    this.root = root;
    this.player = root.querySelector("[data-player]");
    this.cues = [...root.querySelectorAll(".cue")];
    this.cueStarts = this.cues.map((cue) => Number(cue.dataset.start));
    this.chapters = [...root.querySelectorAll("[data-chapter]")];
    this.chapterStarts = this.chapters.map((link) => Number(link.dataset.t));
    this.said = -1;
    this.chapter = -1;
    this.follow = root.querySelector("[data-follow]");
    this.handsOn = 0;

    for (const element of root.querySelectorAll("[data-needs-js]")) element.hidden = false;
    const search = root.querySelector("[data-search]");
    if (search) {
      new TranscriptSearch(search, {
        paragraphs: [...root.querySelectorAll(".turn > p")],
        status: root.querySelector("[data-found]"),
        show: (element) => this.show(element),
      });
    }
    this.watchHeights();
    window.addEventListener("hashchange", () => this.goToAddress());
    if (this.player) this.connect();
    else this.goToAddress();
  }

  connect() {
    const { root, player } = this;
    root.classList.add("has-player");
    root.addEventListener("click", (event) => this.onClick(event));
    player.addEventListener("timeupdate", () => this.light(player.currentTime));
    player.addEventListener("seeked", () => this.light(player.currentTime));
    const speed = root.querySelector("[data-speed]");
    speed?.addEventListener("change", () => {
      player.playbackRate = Number(speed.value);
    });
    player.addEventListener("ratechange", () => {
      if (speed && [...speed.options].some((option) => Number(option.value) === player.playbackRate)) {
        speed.value = String(player.playbackRate);
      }
    });
    const copy = root.querySelector("[data-copy-moment]");
    if (copy) {
      if (navigator.clipboard) copy.addEventListener("click", () => this.copyLink(copy));
      else copy.hidden = true;
    }
    // Someone who scrolls by hand is reading elsewhere: the page does not pull them back at once.
    for (const name of ["wheel", "touchmove", "keydown"]) {
      window.addEventListener(name, () => (this.handsOn = Date.now()), { passive: true });
    }
    if (player.readyState >= 1) this.goToAddress();
    else player.addEventListener("loadedmetadata", () => this.goToAddress(), { once: true });
    // The words do not wait for the film; the browser's own jump to the anchor comes last, so ours follows it.
    const showWords = () => requestAnimationFrame(() => this.goToAddress({ seek: false }));
    if (document.readyState === "complete") showWords();
    else window.addEventListener("load", showWords, { once: true });
  }

  onClick(event) {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest("a[data-t]");
    if (link) {
      event.preventDefault();
      this.playFrom(Number(link.dataset.t));
      history.replaceState(null, "", link.getAttribute("href"));
      return;
    }
    // A click on words, not the end of a selection, plays them. The times beside are the keyboard's way.
    const cue = event.target.closest(".cue");
    if (cue && String(window.getSelection()) === "") this.playFrom(Number(cue.dataset.start));
  }

  playFrom(second) {
    this.player.currentTime = second;
    this.light(second);
    this.player.play()?.catch(() => {});
    this.say(`Lecture à ${clock(second)}`);
  }

  /** Open at the second of the address; never play by itself. */
  goToAddress({ seek = true } = {}) {
    const second = secondAsked(window.location);
    if (second === null) return;
    if (this.player && seek && this.player.readyState >= 1) {
      this.player.currentTime = Math.min(second, this.player.duration || second);
    }
    this.light(second);
    const index = indexAt(this.cueStarts, second + 0.999);
    if (index >= 0) this.show(this.cues[index]);
  }

  /** Light the line and the chapter of `second`; the page is touched only when one of them changes. */
  light(second) {
    let said = indexAt(this.cueStarts, second + 0.05);
    if (said >= 0 && Number(this.cues[said].dataset.end) + 2 < second) said = -1;
    if (said !== this.said) {
      this.cues[this.said]?.classList.remove("is-said");
      this.said = said;
      const cue = this.cues[said];
      cue?.classList.add("is-said");
      if (cue && this.follow?.checked && !this.player.paused && Date.now() - this.handsOn > 4000) this.show(cue);
    }
    const chapter = indexAt(this.chapterStarts, second + 0.05);
    if (chapter !== this.chapter) {
      this.chapters[this.chapter]?.removeAttribute("aria-current");
      this.chapter = chapter;
      this.chapters[chapter]?.setAttribute("aria-current", "true");
    }
  }

  show(element) {
    element.scrollIntoView({ block: "center", behavior: calm.matches ? "instant" : "smooth" });
  }

  async copyLink(button) {
    const address = new URL(window.location.href);
    address.search = "";
    address.hash = `t=${Math.floor(this.player.currentTime)}`;
    try {
      await navigator.clipboard.writeText(address.href);
      this.say(`Lien copié, à ${clock(this.player.currentTime)}`);
      const label = button.querySelector("span");
      const before = this.copyLabel ?? label.textContent;
      this.copyLabel = before;
      label.textContent = `Copié : ${clock(this.player.currentTime)}`;
      setTimeout(() => (label.textContent = before), 2500);
    } catch {
      window.prompt("Le lien de ce moment :", address.href);
    }
  }

  say(text) {
    const status = this.root.querySelector("[data-said]");
    if (status) status.textContent = text;
  }

  /** Anchors must not land under what stays on the screen: the player (on phones) and the search. */
  watchHeights() {
    const player = this.root.querySelector(".replay__player");
    const tools = this.root.querySelector(".transcript__tools");
    if (!tools || !("ResizeObserver" in window)) return;
    const measure = () => {
      const pins = getComputedStyle(player).position === "sticky" ? player.offsetHeight : 0;
      const pinned = getComputedStyle(tools).position === "sticky" ? tools.offsetHeight : 0;
      this.root.style.setProperty("--pinned", `${pins}px`);
      this.root.style.setProperty("--covered", `${pins + pinned + 12}px`);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(player);
    observer.observe(tools);
    observer.observe(this.root);
  }
}

for (const root of document.querySelectorAll("[data-replay]")) new Replay(root);
