// The form as the other modules see it: its fields, its text, who listens, where to say something.

const SENDING = 10_000; // after that the page is still here: it was stopped, and writing goes on

export class Editor {
  constructor(form) {
    this.form = form;
    this.text = form.elements.namedItem("text");
    this.title = form.elements.namedItem("title");
    this.listeners = new Set();
    this.sending = false;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", (event) => queueMicrotask(() => this.#submitted(event)));
  }

  /** A submission that another module stopped isn't one, nor is one into another tab. */
  #submitted(event) {
    if (event.defaultPrevented || event.submitter?.formTarget === "_blank") return;
    this.sending = true;
    this.form.dispatchEvent(new Event("editor:sent"));
    setTimeout(() => (this.sending = false), SENDING);
  }

  /** What the post is called in addresses: its number, or "new". */
  get post() {
    const action = this.form.getAttribute("action") || location.pathname;
    return /\/admin\/posts\/([^/]+)\//.exec(action)?.[1] ?? "new";
  }

  /** The line below the text, for what is good to know while writing. */
  get foot() {
    this.below ??= element("div", { className: "editor-foot" }, this.text.parentElement);
    return this.below;
  }

  /** Which form of which version this is: the site tells two tabs apart by it. */
  get origin() {
    const value = (name) => this.form.elements.namedItem(name)?.value ?? "";
    return { version: value("version"), form: value("form") };
  }

  set origin(values) {
    for (const [name, value] of Object.entries(values)) {
      const field = this.form.elements.namedItem(name);
      if (field && value) field.value = value;
    }
  }

  /** Every field that makes the post, by name, but secrets and what belongs to the page alone. */
  values() {
    const found = {};
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value !== "string" || this.#isHidden(name)) continue;
      found[name] = name in found ? `${found[name]}\n${value}` : value.replace(/\r\n?/g, "\n");
    }
    return found;
  }

  #isHidden(name) {
    return ["hidden", "password"].includes(this.form.elements.namedItem(name)?.type);
  }

  /** Put values back into their fields; what the form doesn't have is left out. */
  fill(values) {
    for (const field of this.form.elements) {
      const value = values[field.name];
      if (this.#isHidden(field.name)) continue;
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = (value ?? "").split("\n").includes(field.value);
      } else if (field.tagName === "SELECT" && field.multiple) {
        const wanted = (value ?? "").split("\n");
        for (const option of field.options) option.selected = wanted.includes(option.value);
      } else if (value !== undefined && field.type !== "file" && field.tagName !== "BUTTON") {
        if (field !== this.text) field.value = value;
        else if (field.value !== value) this.replaceText(value);
      }
    }
    this.form.dispatchEvent(new CustomEvent("editor:filled"));
    this.changed();
  }

  /** Replace the whole text; the browser's own undo takes it back. */
  replaceText(value) {
    this.text.focus();
    this.text.select();
    this.insert(value);
  }

  /** Write at the cursor, over what is selected, as if it were typed. */
  insert(words) {
    this.text.focus();
    // Deprecated and without a successor: nothing else leaves the undo history whole.
    const done = words
      ? document.execCommand("insertText", false, words)
      : document.execCommand("delete");
    if (!done) {
      this.text.setRangeText(words, this.text.selectionStart, this.text.selectionEnd, "end");
      this.text.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  }

  /** Write a block of its own at the cursor, with empty lines around it where there is text. */
  insertBlock(words) {
    const before = this.text.value.slice(0, this.text.selectionStart);
    const after = this.text.value.slice(this.text.selectionEnd);
    const above = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const below = !after || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
    this.insert(above + words + below);
  }

  onChange(listener) {
    this.listeners.add(listener);
  }

  changed() {
    for (const listener of this.listeners) listener();
  }

  /** Tell screen readers; what is seen is the caller's matter. */
  say(sentence) {
    this.said ??= element("p", { className: "hidden", role: "status" }, this.form);
    this.said.textContent = "";
    requestAnimationFrame(() => (this.said.textContent = sentence));
  }
}

/** Make an element with properties and attributes, the last child of `parent` where one is given. */
export function element(name, options = {}, parent = null) {
  const { text, ...rest } = options;
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(rest)) {
    if (key in made && key !== "role") made[key] = value;
    else made.setAttribute(key, value);
  }
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}
