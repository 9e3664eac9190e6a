// What changed between two texts, line by line, for somebody who decides which one to keep.

const MOST_CELLS = 4_000_000;

/** Return parts in order, each `{kind: "same" | "gone" | "new", lines: […]}`. */
export function difference(before, after) {
  const a = before.split("\n");
  const b = after.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end++;
  }
  const parts = [];
  const add = (kind, line) => {
    const last = parts.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else parts.push({ kind, lines: [line] });
  };
  a.slice(0, start).forEach((line) => add("same", line));
  middle(a.slice(start, a.length - end), b.slice(start, b.length - end), add);
  a.slice(a.length - end).forEach((line) => add("same", line));
  return parts;
}

/** The longest common run of lines stays; where that would take too long, all of it is new. */
function middle(a, b, add) {
  const width = b.length + 1;
  if (a.length * b.length > MOST_CELLS) {
    a.forEach((line) => add("gone", line));
    b.forEach((line) => add("new", line));
    return;
  }
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1] + 1
          : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) add("same", a[(j++, i++)]);
    else if (j >= b.length || (i < a.length && common[(i + 1) * width + j] >= common[i * width + j + 1]))
      add("gone", a[i++]);
    else add("new", b[j++]);
  }
}
