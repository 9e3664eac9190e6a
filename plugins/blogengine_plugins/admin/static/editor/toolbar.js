// The row of buttons above the text. What they write is the matter of markdown-toolbar-element.

import "./vendor/markdown-toolbar-element.js";
import { element } from "./editor.js";
import { icon } from "./icons.js";

const FORMATS = [
  ["bold", "bold", "Bold"],
  ["italic", "italic", "Italic"],
  ["heading", "header-2", "Heading"],
  ["link", "link", "Link"],
  ["list", "unordered-list", "List"],
  ["numbers", "ordered-list", "Numbered list"],
  ["quote", "quote", "Quotation"],
  ["code", "code", "Code"],
];

export function startToolbar(editor) {
  const bar = element("markdown-toolbar", {
    className: "editor-toolbar",
    "aria-label": "Formatting",
    "aria-controls": editor.text.id,
    "data-no-focus": "",
  });
  bar.setAttribute("for", editor.text.id);
  editor.toolbar = bar;
  for (const [name, style, label] of FORMATS) {
    addButton(editor, name, label).dataset.mdButton = style;
  }
  editor.text.before(bar);
  bar.addEventListener("keydown", (event) => move(event, buttons(bar)));
  bar.addEventListener("focusin", (event) => rest(event.target, buttons(bar)));
}

/** Add a button to the end of the toolbar. */
export function addButton(editor, name, label) {
  const bar = editor.toolbar;
  const first = bar.childElementCount === 0;
  const button = element("button", { type: "button", className: "editor-button" }, bar);
  button.tabIndex = first ? 0 : -1;
  button.dataset.name = name;
  button.setAttribute("aria-label", label);
  button.title = label;
  button.append(icon(name));
  return button;
}

function buttons(bar) {
  return [...bar.querySelectorAll("button")].filter((button) => button.offsetParent !== null);
}

/** One stop for Tab, the arrows within: the pattern "toolbar" of WAI-ARIA. */
function move(event, all) {
  const at = all.indexOf(event.target);
  const to = {
    ArrowRight: (at + 1) % all.length,
    ArrowLeft: (at - 1 + all.length) % all.length,
    Home: 0,
    End: all.length - 1,
  }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  all[to].focus();
}

function rest(on, all) {
  if (!all.includes(on)) return;
  for (const button of all) button.tabIndex = button === on ? 0 : -1;
}
