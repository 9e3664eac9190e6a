// Tags as chips with completion. The plain field stays what is sent: names with commas between.

import { element } from "./editor.js";
import { icon } from "./icons.js";
import { Suggestions } from "./suggestions.js";

const COMPLETE = "/admin/tags/complete/";
const QUIET = 150;

export function startTags(editor) {
  const plain = editor.form.elements.namedItem("tags");
  if (!(plain instanceof HTMLInputElement) || plain.type === "hidden") return;
  const label = editor.form.querySelector(`label[for="${CSS.escape(plain.id)}"]`);
  const box = element("div", { className: "editor-tags" });
  const chips = element("ul", { className: "editor-chips", "aria-label": "Chosen tags" }, box);
  const input = element("input", { type: "text", id: `${plain.id}-more`, autocomplete: "off" }, box);
  const list = new Suggestions(input, box, choose);
  const help = element("p", { className: "hint", id: `${plain.id}-help` }, box);
  help.textContent = "Type a name and press Enter. The arrow keys go through those there are.";
  const said = (plain.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
  const hints = said.filter((id) => document.getElementById(id)?.matches(".hint"));
  for (const id of hints) document.getElementById(id).hidden = true; // about commas
  const errors = said.filter((id) => !hints.includes(id));
  input.setAttribute("aria-describedby", [help.id, ...errors].join(" "));
  if (label) label.htmlFor = input.id;
  plain.hidden = true;
  plain.after(box);
  let names = [];
  let timer = 0;
  let asked = 0;

  const read = () => {
    names = split(plain.value);
    draw();
  };
  const write = () => {
    plain.value = names.join(", ");
    draw();
    plain.dispatchEvent(new Event("input", { bubbles: true }));
  };
  function draw() {
    chips.replaceChildren();
    for (const name of names) {
      const chip = element("li", { text: name }, chips);
      const button = element("button", { type: "button", className: "editor-chip-off" }, chip);
      button.setAttribute("aria-label", `Remove ${name}`);
      button.append(icon("remove"));
      button.addEventListener("click", () => remove(name));
    }
  }
  function remove(name) {
    names = names.filter((one) => one !== name);
    write();
    editor.say(`${name} is removed.`);
    input.focus();
  }
  function add(name, said = `${name} is added.`) {
    input.value = "";
    list.close();
    if (names.some((one) => fold(one) === fold(name))) {
      editor.say(`${name} is there already.`);
      return;
    }
    names.push(name);
    write();
    editor.say(said);
  }
  function choose({ name, alias_of: real, made }) {
    if (real) add(real, `${name} is another name of ${real}, which is added.`);
    else add(name, made ? `The new tag ${name} is added.` : undefined);
  }

  async function complete() {
    const typed = input.value.trim();
    const mine = ++asked;
    if (!typed) return list.close();
    const found = await ask(typed);
    if (mine === asked && input.value.trim() === typed) list.show(options(found, typed, names));
    return undefined;
  }
  /** Enter or a comma: what is known is taken; what isn't is offered as new, and taken next time. */
  async function enter() {
    const typed = input.value.trim();
    if (!typed) return;
    clearTimeout(timer);
    const mine = ++asked;
    const found = await ask(typed);
    if (mine !== asked) return;
    const known = found.find((tag) => fold(tag.name) === fold(typed));
    if (known) {
      choose(known);
      return;
    }
    list.show(options(found, typed, names));
    list.select((option) => option.made);
    editor.say(`There is no tag ${typed} yet. Press Enter again to make it.`);
  }

  input.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(timer);
    timer = setTimeout(complete, QUIET);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" || event.key === ",") {
      event.preventDefault();
      if (!list.take()) enter();
    } else if (event.key === "Backspace" && !input.value && names.length) {
      remove(names.at(-1));
    } else {
      list.key(event);
    }
  });
  // What was typed and not taken goes along when the form is sent, as in the plain field.
  editor.form.addEventListener("submit", () => {
    for (const name of split(input.value)) {
      if (!names.some((one) => fold(one) === fold(name))) names.push(name);
    }
    input.value = "";
    plain.value = names.join(", ");
  });
  editor.form.addEventListener("editor:filled", read);
  read();
}

const split = (text) => [...new Set(text.split(",").map((name) => name.trim()).filter(Boolean))];
const fold = (name) => name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

async function ask(typed) {
  try {
    const answer = await fetch(`${COMPLETE}?q=${encodeURIComponent(typed)}`, {
      headers: { Accept: "application/json" },
    });
    const found = answer.ok ? await answer.json() : [];
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function options(found, typed, names) {
  const free = found.filter((tag) => !names.some((one) => fold(one) === fold(tag.alias_of ?? tag.name)));
  const shown = free.map((tag) => ({
    ...tag,
    text: tag.alias_of ? `${tag.name} → ${tag.alias_of}` : tag.name,
    note: tag.alias_of ? "another name" : `${tag.count} ${tag.count === 1 ? "post" : "posts"}`,
  }));
  if (!found.some((tag) => fold(tag.name) === fold(typed)) && !names.some((n) => fold(n) === fold(typed))) {
    shown.push({ name: typed, made: true, text: `Make the new tag “${typed}”`, note: "" });
  }
  return shown;
}
