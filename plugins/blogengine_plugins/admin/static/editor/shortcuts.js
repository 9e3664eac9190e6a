// Keys for what the buttons do, and the page of help that names them.

import { element } from "./editor.js";
import { addButton } from "./toolbar.js";

export const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

// key, with Shift, with Alt, button of the toolbar or act of the form, what it does
const KEYS = [
  ["b", false, false, "bold", "Bold"],
  ["i", false, false, "italic", "Italic"],
  ["k", false, false, "link", "Link"],
  ["e", false, false, "code", "Code"],
  ["h", false, true, "heading", "Heading"],
  ["l", false, true, "list", "List"],
  ["o", false, true, "numbers", "Numbered list"],
  ["q", false, true, "quote", "Quotation"],
  ["m", false, true, "picture", "Picture"],
  ["p", false, true, "preview", "Preview beside the text"],
  ["f", false, true, "full", "Only the text"],
  ["/", false, false, "help", "This help"],
];

export function startShortcuts(editor) {
  const help = helpDialog(editor);
  const button = addButton(editor, "help", "Keyboard help");
  button.addEventListener("click", () => help.showModal());
  editor.form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.getModifierState("AltGraph")) return;
    if (!(MAC ? event.metaKey : event.ctrlKey)) return;
    if (event.key.toLowerCase() === "s" && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      save(editor);
      return;
    }
    const found = KEYS.find(
      ([key, shift, alt]) =>
        alt === event.altKey &&
        (shift === event.shiftKey || key === "/") &&
        (event.key.toLowerCase() === key || (alt && event.code === `Key${key.toUpperCase()}`)),
    );
    const target = found && editor.toolbar.querySelector(`[data-name="${found[3]}"]`);
    if (!target) return;
    event.preventDefault();
    target.click();
  });
  for (const [key, shift, alt, name] of KEYS) {
    const target = editor.toolbar.querySelector(`[data-name="${name}"]`);
    describe(target, [MAC ? "Meta" : "Control", alt && "Alt", shift && "Shift", key]);
  }
}

/** Save as the button does, with what the browser checks before it sends. */
export function save(editor) {
  const button = editor.form.querySelector('[name="act"][value="save"]');
  if (button) editor.form.requestSubmit(button);
}

export function describe(button, keys) {
  if (button) button.setAttribute("aria-keyshortcuts", keys.filter(Boolean).join("+"));
}

function helpDialog(editor) {
  const dialog = element("dialog", { className: "editor-dialog" });
  dialog.setAttribute("aria-labelledby", "editor-help-title");
  element("h2", { id: "editor-help-title", text: "Keys of the editor" }, dialog);
  const list = element("dl", { className: "editor-keys" }, dialog);
  const all = [["s", false, false, "", "Save"], ...KEYS];
  for (const [key, , alt, , label] of all) {
    const row = element("div", {}, list);
    element("dt", { text: label }, row);
    const keys = element("dd", {}, row);
    const names = [MAC ? "⌘" : "Ctrl", ...(alt ? [MAC ? "⌥" : "Alt"] : []), key.toUpperCase()];
    names.forEach((name, number) => {
      if (number) keys.append(" + ");
      element("kbd", { text: name }, keys);
    });
  }
  element(
    "p",
    { text: "In the row of buttons the arrow keys move. Tab leaves the text and never writes in it." },
    dialog,
  );
  const form = element("form", { method: "dialog" }, dialog);
  element("button", { text: "Close", className: "quiet" }, form);
  editor.form.after(dialog);
  return dialog;
}
