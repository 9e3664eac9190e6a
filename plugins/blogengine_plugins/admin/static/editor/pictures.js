// Pictures by button, drag or paste: a dialog asks for the words that stand in for each.

import { element } from "./editor.js";
import { pictureDialog } from "./picture-dialog.js";
import { addButton } from "./toolbar.js";

export function startPictures(editor) {
  const button = addButton(editor, "picture", "Picture");
  const dialog = pictureDialog(editor);
  let waiting = Promise.resolve();

  // Several at once are asked about one after the other.
  const ask = (files) => {
    for (const file of files) waiting = waiting.then(() => one(file));
  };
  const one = async (file = null) => {
    const place = editor.text.selectionEnd; // what is selected stays
    const markdown = await dialog.ask(file);
    editor.text.focus();
    editor.text.setSelectionRange(place, place);
    if (markdown) {
      editor.insertBlock(markdown);
      editor.say("The picture is in the text.");
    }
  };

  button.addEventListener("click", () => one());
  editor.text.addEventListener("paste", (event) => {
    const files = pictures(event.clipboardData);
    // What comes from a word processor is text and a picture of it: the text is meant.
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    ask(files);
  });
  editor.text.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    editor.text.classList.add("is-over");
  });
  editor.text.addEventListener("dragleave", () => editor.text.classList.remove("is-over"));
  editor.text.addEventListener("drop", (event) => {
    editor.text.classList.remove("is-over");
    const files = pictures(event.dataTransfer);
    if (!files.length) return;
    event.preventDefault();
    ask(files);
  });
  chooseFeatured(editor, dialog);
}

function pictures(transfer) {
  return [...(transfer?.files ?? [])].filter((file) => file.type.startsWith("image/"));
}

/** A button beside the field of the featured picture, which takes an address. */
function chooseFeatured(editor, dialog) {
  const field = editor.form.elements.namedItem("featured_image");
  if (!(field instanceof HTMLInputElement) || field.type === "hidden") return;
  const button = element("button", {
    type: "button",
    className: "quiet small editor-choose",
    text: "Choose a picture",
  });
  field.after(button);
  button.addEventListener("click", async () => {
    const markdown = await dialog.ask();
    const url = markdown && /\]\((\S+?)(?:\s|\))/.exec(markdown)?.[1];
    if (url) {
      field.value = url;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    button.focus();
  });
}
