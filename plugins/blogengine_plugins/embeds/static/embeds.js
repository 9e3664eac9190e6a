// Puts the player in the place of a link to a video, when somebody asks for it. Before that nothing
// is loaded from the video's service; without this script the link leads there.
(function () {
  "use strict";
  const ALLOWED = "autoplay; fullscreen; picture-in-picture; encrypted-media";
  const RIGHTS = "allow-scripts allow-same-origin allow-popups allow-presentation";

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-player]");
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !plain || event.button !== 0) return;
    const address = new URL(link.dataset.player);
    if (address.protocol !== "https:") return;
    event.preventDefault();
    address.searchParams.set("autoplay", "1");
    const frame = document.createElement("iframe");
    frame.title = link.textContent;
    frame.allow = ALLOWED;
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.setAttribute("sandbox", RIGHTS);
    frame.src = address.href;

    // The way to the video itself stays: what doesn't play here plays there.
    const caption = link.parentElement.querySelector("figcaption");
    const way = document.createElement("a");
    way.href = link.href;
    way.textContent = caption ? caption.textContent : link.textContent;
    link.replaceWith(frame);
    if (caption) caption.replaceChildren(way);
    frame.focus();
  });
})();
