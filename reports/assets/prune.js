// Keeps of a compressed style sheet only the rules for classes that the pages use.

// prune returns css without the selectors that name an nhsuk- class outside keep or
// that match unwanted.
export function prune(css, keep, unwanted) {
  let out = "";
  for (const { head, body, statement } of rules(css)) {
    if (statement) {
      out += statement;
    } else if (/^@(media|supports|container)/.test(head)) {
      const inner = prune(body, keep, unwanted);
      if (inner) out += `${head}{${inner}}`;
    } else if (head.startsWith("@")) {
      out += `${head}{${body}}`;
    } else {
      const kept = selectors(head).filter((s) => wanted(s, keep, unwanted));
      if (kept.length && body) out += `${kept.join(",")}{${body}}`;
    }
  }
  return out;
}

// wanted tells whether a selector is for classes in keep.
function wanted(selector, keep, unwanted) {
  const classes = selector.match(/\.nhsuk-[\w-]+/g) ?? [];
  return classes.every((c) => keep.has(c.slice(1))) && !unwanted.test(selector);
}

// rules splits a style sheet at its outermost braces.
function* rules(css) {
  let start = 0;
  let depth = 0;
  let open = 0;
  for (let i = 0; i < css.length; i++) {
    if (css[i] === "{" && depth++ === 0) open = i;
    if (css[i] === "}" && --depth === 0) {
      yield { head: css.slice(start, open), body: css.slice(open + 1, i) };
      start = i + 1;
    }
    if (css[i] === ";" && depth === 0) {
      yield { statement: css.slice(start, i + 1) };
      start = i + 1;
    }
  }
}

// selectors splits a selector list at the commas that stand outside brackets.
function selectors(list) {
  const out = [];
  let start = 0;
  let depth = 0;
  for (let i = 0; i <= list.length; i++) {
    if (list[i] === "(" || list[i] === "[") depth++;
    if (list[i] === ")" || list[i] === "]") depth--;
    if (i === list.length || (list[i] === "," && depth === 0)) {
      out.push(list.slice(start, i));
      start = i + 1;
    }
  }
  return out;
}
