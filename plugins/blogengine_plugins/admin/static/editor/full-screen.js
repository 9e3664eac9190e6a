// Only the text: everything else of the page is out of sight and out of the way of the Tab key.

import { addButton } from "./toolbar.js";

const STAYS = ".editor-problem, .hidden, dialog, script, .editor-foot";

export function startFullScreen(editor) {
  const button = addButton(editor, "full", "Only the text");
  button.setAttribute("aria-pressed", "false");
  const heading = document.querySelector("h1");
  const set = (on) => {
    document.documentElement.classList.toggle("editor-alone", on);
    heading?.classList.toggle("hidden", on); // screen readers go on finding it
    for (const other of others(document.body, [editor.toolbar.parentElement, heading])) {
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
