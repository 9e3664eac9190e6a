// Sends what is typed to a place of its own on the site every few seconds; the post stays as it is.

import { element } from "./editor.js";

const QUIET = 1500; // milliseconds without a key
const AT_MOST = 4000; // or this long after the first change, whatever is typed meanwhile
const AGAIN = 5000; // after a failure

export function startAutosave(editor) {
  const state = element("p", { className: "editor-state" }, editor.foot);
  const problem = element("p", { className: "editor-problem", role: "status" });
  editor.form.prepend(problem);
  let sent = JSON.stringify(editor.values());
  let since = 0;
  let timer = 0;
  let under_way = false;

  const address = editor.form.dataset.autosave || `/admin/posts/${editor.post}/autosave/`;

  const plan = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  };
  const changed = () => {
    since ||= Date.now();
    plan(Math.max(0, Math.min(QUIET, since + AT_MOST - Date.now())));
  };
  const trouble = (sentence, link = null) => {
    if (problem.textContent.startsWith(sentence)) return;
    problem.textContent = sentence;
    if (link) problem.append(" ", link);
    state.textContent = "";
  };

  async function send() {
    const now = JSON.stringify(editor.values());
    if (editor.sending || under_way) return;
    if (now === sent) {
      since = 0;
      return;
    }
    under_way = true;
    since = 0;
    try {
      const answer = await fetch(address, {
        method: "POST",
        body: body(editor.form),
        headers: { Accept: "application/json" },
        redirect: "manual",
        signal: AbortSignal.timeout(20_000),
      });
      if (answer.type === "opaqueredirect" || answer.status === 401) {
        trouble("You are signed out. Your text is kept in this browser.", signIn());
      } else if (!answer.ok) {
        trouble("The site couldn’t keep a copy of the text. It is kept in this browser.");
      } else {
        sent = now;
        problem.textContent = "";
        const { saved_at: moment, id } = await answer.json();
        const at = new Date(moment ?? Date.now());
        editor.form.dispatchEvent(new CustomEvent("editor:copied", { detail: id }));
        state.textContent = `Copy kept at ${at.toLocaleTimeString([], { timeStyle: "short" })}`;
      }
    } catch {
      trouble("No connection to the site. What you type is kept in this browser.");
    }
    under_way = false;
    if (problem.textContent) plan(AGAIN);
    else if (since) changed();
  }

  editor.onChange(changed);
  addEventListener("online", () => plan(0));
  addEventListener("offline", () => {
    trouble("No connection to the site. What you type is kept in this browser.");
    plan(AGAIN);
  });
  editor.form.addEventListener("editor:unkept", () => {
    trouble("This browser keeps no copy of the text. Save often.");
  });
  document.addEventListener("visibilitychange", () => document.hidden && since && plan(0));
}

function body(form) {
  const fields = new FormData(form);
  for (const [name, value] of [...fields]) if (typeof value !== "string") fields.delete(name);
  return new URLSearchParams(fields);
}

function signIn() {
  return element("a", {
    href: `/admin/login?next=${encodeURIComponent("/admin/")}`,
    target: "_blank",
    text: "Sign in in another tab",
  });
}
