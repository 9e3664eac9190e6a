// The post beside its text, as the server renders it. The page stands in a frame without scripts.
//
// The frame is loaded by a form and not written by a script: so the page brings its own policy, and
// the theme's style counts. A new frame for each picture of the post: the one before stays until
// the next is there, where the reader was in it, and the browser's history stays short.

import { element } from "./editor.js";
import { addButton } from "./toolbar.js";

const QUIET = 500;

export function startPreview(editor) {
  const button = addButton(editor, "preview", "Preview beside the text");
  button.setAttribute("aria-pressed", "false");
  const pane = element("section", { className: "editor-preview", "aria-label": "Preview" });
  pane.hidden = true;
  const split = element("div", { className: "editor-split" });
  editor.text.before(split);
  split.append(editor.text, pane);
  let timer = 0;
  let loading = null;
  let again = false;

  const load = () => {
    if (pane.hidden) return;
    if (loading) {
      again = true;
      return;
    }
    again = false;
    loading = frame(pane);
    loading.addEventListener("load", () => done(loading), { once: true });
    sendTo(editor.form, loading.name);
  };
  const done = (arrived) => {
    loading = null;
    swap(pane, arrived);
    if (again) load();
  };
  const plan = () => {
    clearTimeout(timer);
    timer = setTimeout(load, QUIET);
  };

  button.addEventListener("click", () => {
    pane.hidden = !pane.hidden;
    button.setAttribute("aria-pressed", String(!pane.hidden));
    split.classList.toggle("is-split", !pane.hidden);
    if (!pane.hidden) load();
  });
  editor.onChange(() => pane.hidden || plan());
}

let number = 0;

function frame(pane) {
  const made = element("iframe", { title: "Preview of the post", className: "is-loading" });
  made.name = `editor-preview-${++number}`;
  // Its own origin, so that we can put it where the reader was; no scripts, no forms, no windows.
  made.setAttribute("sandbox", "allow-same-origin");
  pane.append(made);
  return made;
}

function sendTo(form, target) {
  const copy = element("form", { method: "post", action: form.dataset.preview || "/admin/posts/preview/", target, hidden: true });
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string") continue;
    element("input", { type: "hidden", name, value }, copy);
  }
  document.body.append(copy);
  HTMLFormElement.prototype.submit.call(copy);
  copy.remove();
}

/** Show the frame that has arrived, scrolled as the one before; without a page keep the old one. */
function swap(pane, arrived) {
  const before = [...pane.querySelectorAll("iframe")].filter((one) => one !== arrived);
  const page = arrived.contentDocument;
  if (!page?.body?.childElementCount) {
    if (before.length) arrived.remove();
    return;
  }
  const scroller = before.at(-1)?.contentDocument?.scrollingElement;
  if (scroller) arrived.contentWindow.scrollTo(0, scroller.scrollTop);
  arrived.classList.remove("is-loading");
  for (const one of before) one.remove();
}
