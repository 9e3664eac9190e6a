// How long the text is. Chinese and Japanese have no spaces between words: the browser knows where
// words end, and reading time counts their characters.

import { element } from "./editor.js";

const WORDS_A_MINUTE = 230;
const CHARACTERS_A_MINUTE = 500;
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const MARKS = /```[^\n]*|!\[|\]\([^)\s]*\)|<[^>\n]*>|https?:\/\/\S+/g;

/** Return how many words a text has, and how many minutes it takes to read. */
export function count(text) {
  const prose = text.replace(MARKS, " ");
  const characters = (prose.match(CJK) ?? []).length;
  const others = words(prose.replace(CJK, " "));
  const minutes = characters / CHARACTERS_A_MINUTE + others / WORDS_A_MINUTE;
  return { words: characters ? words(prose) : others, minutes: Math.max(1, Math.round(minutes)) };
}

function words(text) {
  if (!Intl.Segmenter) return text.split(/[^\p{L}\p{N}'’-]+/u).filter(Boolean).length;
  let found = 0;
  for (const part of new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)) {
    if (part.isWordLike) found++;
  }
  return found;
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
