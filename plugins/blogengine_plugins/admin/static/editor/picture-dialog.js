// Asks which picture, and what it shows; sends a file to the site; answers with Markdown.

import { element } from "./editor.js";

const UPLOAD = "/admin/media/upload/";
const PICKER = "/admin/media/picker/?kind=picture";

export function pictureDialog(editor) {
  const dialog = element("dialog", { className: "editor-dialog editor-picture" });
  dialog.setAttribute("aria-labelledby", "editor-picture-title");
  element("h2", { id: "editor-picture-title", text: "A picture" }, dialog);
  const form = element("form", { method: "dialog", noValidate: true }, dialog);
  const file = field(form, "editor-picture-file", "File", { type: "file", accept: "image/*" });
  const url = field(form, "editor-picture-url", "or its address", {
    type: "url",
    placeholder: "https://",
  });
  const choice = element("fieldset", { className: "editor-picture-choice" }, form);
  choice.hidden = true;
  const alt = field(form, "editor-picture-alt", "What does it show?", { type: "text" });
  const hint = element("p", { className: "hint", id: "editor-picture-hint" });
  hint.textContent = "For those who can’t see it, and for those whose pictures don’t load.";
  alt.before(hint);
  alt.setAttribute("aria-describedby", "editor-picture-hint");
  const tick = element("label", { className: "tick" }, form);
  const decoration = element("input", { type: "checkbox" }, tick);
  tick.append(" It only decorates; leave it out for screen readers");
  const wrong = element("p", { className: "error-text", role: "alert" }, form);
  const row = element("p", { className: "buttons" }, form);
  const insert = element("button", { type: "submit", text: "Put it in" }, row);
  const cancel = element("button", { type: "button", text: "Cancel", className: "quiet" }, row);
  editor.form.after(dialog);

  let given = null;
  let answer = () => {};
  let stop = null;

  const finish = (markdown) => {
    stop?.abort();
    dialog.close();
    answer(markdown);
  };
  cancel.addEventListener("click", () => finish(null));
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    finish(null);
  });
  decoration.addEventListener("change", () => (alt.disabled = decoration.checked));
  file.addEventListener("change", () => (given = file.files[0] ?? null));

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = decoration.checked ? "" : alt.value.trim();
    const chosen = choice.querySelector("input:checked");
    if (!given && !url.value.trim() && !chosen) return refuse("Choose a picture.", file);
    if (!words && !decoration.checked) return refuse("Say what the picture shows.", alt);
    if (!given) return finish(markdown(url.value.trim() || chosen.value, words));
    insert.disabled = true;
    wrong.textContent = "";
    editor.say("Sending the picture.");
    stop = new AbortController();
    try {
      finish(await send(editor, given, words, stop.signal));
    } catch (error) {
      if (!stop.signal.aborted) refuse(error.message, insert);
    }
    insert.disabled = false;
    return undefined;
  });

  function refuse(sentence, where) {
    wrong.textContent = sentence;
    where.focus();
  }

  return {
    /** Open with a file, or without one; the promise holds Markdown, or null when given up. */
    ask(dropped = null) {
      form.reset();
      alt.disabled = false;
      wrong.textContent = "";
      given = dropped;
      for (const part of [file, url]) part.parentElement.hidden = dropped !== null;
      choice.hidden = true;
      dialog.querySelector("h2").textContent = dropped ? dropped.name : "A picture";
      dialog.showModal();
      (dropped ? alt : file).focus();
      if (!dropped) fillChoice(choice, alt);
      return new Promise((resolve) => (answer = resolve));
    },
  };
}

function field(form, id, label, options) {
  const box = element("div", { className: "field" }, form);
  const words = element("label", { text: label }, box);
  words.htmlFor = id;
  return element("input", { id, ...options }, box);
}

/** Markdown of a picture; brackets of the words must not end them. */
function markdown(url, alt) {
  const address = url.replace(/[\s()<>]/g, encodeURIComponent).replace(/\(/g, "%28").replace(/\)/g, "%29");
  return `![${alt.replace(/[\\[\]]/g, "\\$&")}](${address})`;
}

async function send(editor, file, alt, signal) {
  const body = new FormData();
  body.set("file", file);
  body.set("alt", alt);
  if (!alt) body.set("decorative", "1");
  body.set("csrf_token", editor.form.elements.namedItem("csrf_token")?.value ?? "");
  const answer = await fetch(UPLOAD, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    signal,
  }).catch(() => {
    throw new Error("No connection to the site. Try again when there is one.");
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok || !said.url) {
    throw new Error(said.detail || said.title || "The site didn’t take the picture.");
  }
  return said.markdown || markdown(said.url, said.alt ?? alt);
}

/** Show what is on the site already, newest first; without the media plugin there is nothing. */
async function fillChoice(choice, alt) {
  let found = [];
  try {
    const answer = await fetch(PICKER, { headers: { Accept: "application/json" } });
    found = answer.ok ? ((await answer.json()).files ?? []) : [];
  } catch {
    return;
  }
  choice.replaceChildren(element("legend", { text: "or one that is here already" }));
  for (const [number, item] of found.slice(0, 24).entries()) {
    const label = element("label", { className: "editor-thumb" }, choice);
    const radio = element("input", { type: "radio", name: "chosen", value: item.url }, label);
    radio.id = `editor-picture-${number}`;
    element("img", { src: item.thumbnail || item.url, alt: item.alt || item.name || "", loading: "lazy" }, label);
    radio.addEventListener("change", () => (alt.value ||= item.alt ?? ""));
  }
  choice.hidden = found.length === 0;
}
