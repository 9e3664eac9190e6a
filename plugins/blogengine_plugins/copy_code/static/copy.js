// Buttons that copy blocks of code. The page is whole without them.
(function () {
  "use strict";
  // Browsers only let pages of a secure address write to the clipboard.
  if (!navigator.clipboard) return;
  const blocks = document.querySelectorAll(".e-content pre");
  if (!blocks.length) return;

  // One place where screen readers hear what became of it; it has to be there before it speaks.
  const said = document.createElement("p");
  said.className = "copy-code-said";
  said.setAttribute("aria-live", "polite");
  document.getElementById("main").append(said);

  for (const block of blocks) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy code");
    const box = document.createElement("div");
    box.className = "copy-code";
    block.replaceWith(box);
    box.append(button, block);

    let back = 0;
    const tell = (word, sentence) => {
      clearTimeout(back);
      button.textContent = word;
      button.setAttribute("aria-label", sentence);
      said.textContent = sentence;
      back = setTimeout(() => {
        button.textContent = "Copy";
        button.setAttribute("aria-label", "Copy code");
        said.textContent = "";
      }, 3000);
    };
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(block.textContent.replace(/\n$/, "")).then(
        () => tell("Copied", "Copied the code"),
        () => {
          window.getSelection().selectAllChildren(block);
          tell("Selected", "Selected the code, to be copied with the keyboard");
        },
      );
    });
  }
})();
