// The page beside the settings follows each change; without this script a button does it.

const QUIET = 250;
const button = document.querySelector("[data-preview]");
const frame = document.querySelector(".theme-frame");

if (button && frame) {
  let timer = 0;
  let top = 0;
  button.form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      top = frame.contentDocument?.scrollingElement?.scrollTop ?? 0;
      button.form.requestSubmit(button);
    }, QUIET);
  });
  frame.addEventListener("load", () => frame.contentWindow?.scrollTo(0, top));
}
