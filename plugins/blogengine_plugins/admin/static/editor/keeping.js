// Keeps what is typed in this browser, and offers it again when it never reached the site.

import { difference } from "./difference.js";
import { find, forget, keep } from "./draft-store.js";
import { element } from "./editor.js";

const EVERY = 1000; // milliseconds of typing that a killed browser may cost
const CONTEXT = 2; // lines shown around a change
const NAMES = { title: "Title", text: "Text", tags: "Tags", excerpt: "Excerpt", slug: "Address" };

export function startKeeping(editor) {
  const key = editor.post;
  const shown = editor.values();
  let timer = 0;
  let slot = null;
  let offered = false;

  const write = (sent = false) => {
    clearTimeout(timer);
    timer = 0;
    const now = editor.values();
    // An offer that nobody answered yet must not be overwritten by a page nobody typed in.
    if (offered && same(now, shown)) return undefined;
    const draft = { values: now, shown, at: Date.now(), sent, slot, origin: editor.origin };
    return keep(key, draft).then(
      () => (document.documentElement.dataset.kept = draft.at),
      () => editor.form.dispatchEvent(new Event("editor:unkept")),
    );
  };
  editor.onChange(() => (timer ||= setTimeout(write, EVERY)));
  editor.form.addEventListener("editor:copied", ({ detail }) => {
    if (slot === detail) return;
    slot = detail;
    timer ||= setTimeout(write, EVERY);
  });
  for (const name of ["beforeunload", "pagehide"]) addEventListener(name, () => timer && write());
  document.addEventListener("visibilitychange", () => timer && document.hidden && write());
  editor.form.addEventListener("editor:sent", () => write(true));

  look(key, shown)
    .then((draft) => {
      offered = draft !== null;
      if (draft) offer(editor, draft, shown, () => (offered = false));
    })
    .catch(() => editor.form.dispatchEvent(new Event("editor:unkept")))
    .finally(() => (document.documentElement.dataset.looked = ""));
}

/** Return what was kept and isn't in the form; forget what has arrived on the site. */
async function look(key, shown) {
  if (key !== "new") {
    const begun = await find("new");
    if (begun?.sent && begun.values.text === shown.text && begun.values.title === shown.title) {
      await forget("new");
    }
  }
  const draft = await find(key);
  if (!draft || same(draft.values, draft.shown)) return null;
  // The site may have mended what was sent, but a text it took is the text it shows.
  const arrived = draft.sent && draft.values.text === shown.text;
  if (arrived || same(draft.values, shown)) {
    await forget(key);
    return null;
  }
  return draft;
}

function same(one, other) {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => (one[name] ?? "") === (other[name] ?? ""));
}

function offer(editor, draft, shown, answered) {
  const box = element("section", { className: "editor-offer", "aria-label": "Unsaved text" });
  element("h2", { text: "Unsaved text" }, box);
  const when = new Date(draft.at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  const words = element("p", {}, box);
  words.textContent = `This browser has kept what you wrote until ${when}. It isn’t saved on the site.`;
  const row = element("p", { className: "buttons" }, box);
  const button = (text, act) => {
    const made = element("button", { type: "button", className: "quiet", text }, row);
    made.addEventListener("click", act);
    return made;
  };
  const details = element("details", {}, box);
  element("summary", { text: "Show the difference" }, details);
  details.append(changes(shown, draft.values));
  const mine = sameOnSite(draft.slot);
  if (mine) mine.hidden = true;

  const done = (sentence, undo) => {
    answered();
    words.textContent = sentence;
    row.replaceChildren();
    details.remove();
    button("Undo", async () => {
      await undo();
      box.remove();
      offer(editor, draft, shown, answered);
    }).focus();
    editor.say(sentence);
  };

  button("Put it back", () => {
    const before = [editor.values(), editor.origin];
    // With the version it was begun with: what was saved meanwhile is then not overwritten.
    editor.origin = draft.origin ?? {};
    editor.fill(draft.values);
    done("This is what the browser had kept. Save it to keep it on the site.", () => {
      [, editor.origin] = before;
      editor.fill(before[0]);
    });
  });
  button("Throw it away", async () => {
    await forget(editor.post);
    if (mine) mine.hidden = false;
    done("Thrown away.", () => keep(editor.post, draft));
  });
  editor.form.before(box);
  editor.say(words.textContent);
}

/** The site's own offer of the same text: one is enough. */
function sameOnSite(slot) {
  const link = slot && document.querySelector(`a[href$="/admin/posts/unsaved/${Number(slot)}/"]`);
  const line = link?.closest("li");
  if (!line) return null;
  return line.parentElement.childElementCount > 1 ? line : line.closest(".notice");
}

/** Return the fields that differ, each with its changed lines and a little of what is around. */
function changes(shown, kept) {
  const all = element("div", { className: "editor-difference" });
  for (const name of new Set([...Object.keys(shown), ...Object.keys(kept)])) {
    const [before, after] = [shown[name] ?? "", kept[name] ?? ""];
    if (before === after) continue;
    element("h3", { text: NAMES[name] ?? name.replaceAll("_", " ") }, all);
    const text = element("div", { className: "editor-difference-text" }, all);
    for (const part of difference(before, after)) show(part, text);
  }
  return all;
}

const SHOWN = { gone: ["del", "On the site: "], new: ["ins", "Kept here: "] };

function show({ kind, lines }, into) {
  if (kind === "same") {
    const near = lines.length > 2 * CONTEXT + 1;
    const some = near ? [...lines.slice(0, CONTEXT), "…", ...lines.slice(-CONTEXT)] : lines;
    for (const line of some) element("p", { text: line || "\u00a0" }, into);
    return;
  }
  const [name, words] = SHOWN[kind];
  const block = element(name, {}, into);
  element("span", { className: "hidden", text: words }, block);
  for (const line of lines) element("span", { className: "editor-line", text: line || "\u00a0" }, block);
}
