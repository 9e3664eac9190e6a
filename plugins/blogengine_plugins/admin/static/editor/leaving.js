// Asks before a page with unsaved text is left.

export function startGuard(editor) {
  const saved = JSON.stringify(editor.values());
  addEventListener("beforeunload", (event) => {
    if (editor.sending || JSON.stringify(editor.values()) === saved) return;
    event.preventDefault();
  });
  // Back from the next page by the browser's own button: the form is here again.
  addEventListener("pageshow", () => (editor.sending = false));
}
