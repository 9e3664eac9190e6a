// Only the text: everything else of the page is out of sight and out of the way of the Tab key.

import { addButton } from "./toolbar.js";

const STAYS = ".editor-problem, .hidden, dialog, script, .editor-foot";

export function startFullScreen(editor) {
  const button = addButton(editor, "full", "Only the text");
  button.setAttribute("aria-pressed", "false");
  const names = [document.querySelector("h1"), ...editor.text.labels]; // read, not seen
  const kept = [editor.toolbar, editor.text.closest(".editor-split") ?? editor.text, ...names];
  const set = (on) => {
    document.documentElement.classList.toggle("editor-alone", on);
    for (const name of names) name?.classList.toggle("hidden", on);
    for (const other of others(document.body, kept)) {
      other.classList.toggle("editor-aside", on && !other.matches(STAYS));
    }
    button.setAttribute("aria-pressed", String(on));
    editor.text.focus();
  };
  button.addEventListener("click", () => set(button.getAttribute("aria-pressed") !== "true"));
  editor.form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (button.getAttribute("aria-pressed") === "true") set(false);
  });
}

/** Everything below an element that neither is one of these nor holds one. */
function others(parent, kept) {
  return [...parent.children].flatMap((child) => {
    if (kept.includes(child)) return [];
    return kept.some((one) => child.contains(one)) ? others(child, kept) : [child];
  });
}
