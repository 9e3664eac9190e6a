// How long the text is, counted as the server does (blogengine/rendering/counting.py): two signs of
// Chinese or Japanese count as a word, and five letters of scripts such as Thai.

import { element } from "./editor.js";

const WORDS_A_MINUTE = 230;
const SIGNS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}]/gu;
const LETTERS = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Khmer}]/gu;
const WIDE = /[\u3000-\u303f\uff01-\uff65]/g;
const MARKS = /```[^\n]*|!\[|\]\([^)\s]*\)|<[^>\n]*>|https?:\/\/\S+/g;

/** Return how many words a text has, and how many minutes it takes to read. */
export function count(text) {
  const prose = text.replace(MARKS, " ");
  const signs = (prose.match(SIGNS) ?? []).length;
  const letters = (prose.match(LETTERS) ?? []).length;
  let others = prose;
  if (signs || letters) others = prose.replace(SIGNS, " ").replace(WIDE, " ").replace(LETTERS, " ");
  const found = others.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  const words = found + Math.ceil(signs / 2) + Math.ceil(letters / 5);
  return { words, minutes: Math.max(1, Math.round(words / WORDS_A_MINUTE)) };
}

export function startCounting(editor) {
  const shown = element("p", { className: "editor-count" }, editor.foot);
  let timer = 0;
  const update = () => {
    timer = 0;
    const { words, minutes } = count(editor.text.value);
    const many = words === 1 ? "1 word" : `${words.toLocaleString()} words`;
    shown.textContent = words ? `${many}, ${minutes} min to read` : "No words yet";
  };
  editor.onChange(() => (timer ||= setTimeout(update, 300)));
  update();
}
