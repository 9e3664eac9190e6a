// Starts what scripts add to the editor. The form works without any of it.

import { Editor } from "./editor.js";
import { startAutosave } from "./autosave.js";
import { startCounting } from "./counting.js";
import { startFullScreen } from "./full-screen.js";
import { startGuard } from "./leaving.js";
import { startKeeping } from "./keeping.js";
import { startPictures } from "./pictures.js";
import { startPreview } from "./preview.js";
import { startShortcuts } from "./shortcuts.js";
import { startTags } from "./tags.js";
import { startToolbar } from "./toolbar.js";

const form = document.getElementById("editor-form");

if (form?.elements.namedItem("text")) {
  const editor = new Editor(form);
  // One that fails, such as in a browser that lacks something, takes no other with it.
  for (const start of [
    startKeeping,
    startGuard,
    startAutosave,
    startToolbar,
    startPictures,
    startPreview,
    startFullScreen,
    startShortcuts,
    startCounting,
    startTags,
  ]) {
    try {
      start(editor);
    } catch (error) {
      console.error(error);
    }
  }
  document.documentElement.dataset.editor = "ready";
}
