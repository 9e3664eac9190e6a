// A list below a field, after the pattern "combobox" of WAI-ARIA: the focus stays in the field.

import { element } from "./editor.js";

export class Suggestions {
  #options = [];
  #active = -1;

  constructor(input, parent, chosen) {
    this.input = input;
    this.chosen = chosen;
    this.list = element("ul", { id: `${input.id}-list`, className: "editor-options" }, parent);
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Suggestions");
    this.list.hidden = true;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");
    // A click must not take the focus before it counts.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    input.addEventListener("blur", () => this.close());
  }

  show(options) {
    this.#options = options;
    this.#active = -1;
    this.list.replaceChildren();
    options.forEach((option, number) => {
      const line = element("li", { id: `${this.list.id}-${number}` }, this.list);
      line.setAttribute("role", "option");
      element("span", { text: option.text }, line);
      if (option.note) element("span", { className: "editor-option-note", text: option.note }, line);
      line.addEventListener("click", () => this.chosen(option));
    });
    this.list.hidden = options.length === 0;
    this.input.setAttribute("aria-expanded", String(options.length > 0));
    this.#mark();
  }

  close() {
    this.show([]);
  }

  /** Go to the first option that this is true of. */
  select(test) {
    this.#active = this.#options.findIndex(test);
    this.#mark();
  }

  /** Take the option that is marked; tell whether there was one. */
  take() {
    const option = this.#options[this.#active];
    if (option) this.chosen(option);
    return option !== undefined;
  }

  /** The keys of a list: up, down, and Escape. */
  key(event) {
    if (this.list.hidden) return;
    const many = this.#options.length;
    if (event.key === "ArrowDown") this.#active = (this.#active + 1) % many;
    else if (event.key === "ArrowUp") this.#active = (this.#active + many + (this.#active < 0 ? 0 : -1)) % many;
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    this.#mark();
  }

  #mark() {
    [...this.list.children].forEach((line, number) => {
      line.setAttribute("aria-selected", String(number === this.#active));
      if (number === this.#active) line.scrollIntoView({ block: "nearest" });
    });
    const marked = this.list.children[this.#active];
    if (marked) this.input.setAttribute("aria-activedescendant", marked.id);
    else this.input.removeAttribute("aria-activedescendant");
  }
}
