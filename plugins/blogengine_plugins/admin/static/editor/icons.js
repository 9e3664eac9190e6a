// The pictures on the buttons: strokes on a grid of 20, drawn for this editor.

const STROKES = {
  bold: "M6 4h5a3 3 0 0 1 0 6H6zM6 10h6a3 3 0 0 1 0 6H6z",
  italic: "M9 4h6M5 16h6M12 4 8 16",
  heading: "M5 4v12M15 4v12M5 10h10",
  link: "M8.5 11.5l3-3M9 6.5l1.6-1.6a3.2 3.2 0 0 1 4.5 4.5L13.5 11M11 13.5l-1.6 1.6a3.2 3.2 0 0 1-4.5-4.5L6.5 9",
  list: "M8 5h8M8 10h8M8 15h8M4 5h.01M4 10h.01M4 15h.01",
  numbers: "M9 5h7M9 10h7M9 15h7M4 3.5v3M3.4 9h1.4L3.4 11.5h1.6M3.4 13.5h1.4v3H3.4",
  quote: "M4 5v10M8 6h8M8 10h8M8 14h5",
  code: "M7 6l-4 4 4 4M13 6l4 4-4 4",
  picture: "M3 4h14v12H3zM3 13l4-4 4 4 2.5-2.5L17 14M12.5 7.5h.01",
  preview: "M3 4h14v12H3zM10 4v12M12.5 8h2M12.5 11h2",
  full: "M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4",
  help: "M7 7.5a3 3 0 1 1 4.2 2.7c-.8.4-1.2.9-1.2 1.8M10 15h.01",
  remove: "M6 6l8 8M14 6l-8 8",
};

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 20 20");
  picture.setAttribute("aria-hidden", "true");
  picture.setAttribute("class", "editor-icon");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", STROKES[name]);
  picture.append(line);
  return picture;
}
