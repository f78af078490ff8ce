// Writes dist/: the files that the Go package embeds. Run by `make assets`.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";
import { prune } from "./prune.js";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const dist = join(here, "dist");

// Go embeds dist but for names that begin with "_": the checker is for tests
// and has no place in the program.
const scripts = { "echarts.min.js": "echarts/dist/echarts.min.js", "_test/axe.min.js": "axe-core/axe.min.js" };
const licences = {
  "axe-core-LICENSE.txt": "axe-core/LICENSE",
  "d3-LICENSE.txt": "echarts/licenses/LICENSE-d3",
  "echarts-LICENSE.txt": "echarts/LICENSE",
  "echarts-NOTICE.txt": "echarts/NOTICE",
  "zrender-LICENSE.txt": "zrender/LICENSE",
};

// style compiles the parts of the NHS.UK style sheet and keeps the classes that the
// pages use. Tables that a reader sorts in the browser need a script, and the cross
// of a search field is a picture from outside: the rules for them go too.
function style(source, classes, unwanted) {
  const { css } = sass.compile(join(here, source), { loadPaths: [modules], style: "compressed", charset: false, quietDeps: true });
  const keep = new Set(readFileSync(join(here, classes), "utf8").split(/\s+/).filter(Boolean));
  const unknown = [...keep].filter((c) => !css.includes(`.${c}`));
  if (unknown.length) throw new Error(`${classes} names classes that ${source} does not have: ${unknown.join(", ")}`);

  const kept = prune(css, keep, unwanted);
  // A page must ask nothing of the outside: refuse a style sheet that would.
  const outside = kept.match(/https?:\/\/[^)"' ]+|url\((?!["']?data:)[^)]*\)|@import|@font-face/g);
  if (outside) throw new Error(`${source} would load from outside: ${outside.join(", ")}`);
  return kept;
}

for (const folder of ["licences", "_test"]) mkdirSync(join(dist, folder), { recursive: true });
writeFileSync(join(dist, "nhsuk.css"), "/*! nhsuk-frontend, MIT licence, (c) 2019 NHS.UK */" + style("nhsuk.scss", "classes.txt", /-sort|button/));
writeFileSync(join(dist, "portal.css"), style("portal.scss", "portal-classes.txt", /search|password/));
for (const [to, from] of Object.entries(scripts)) copyFileSync(join(modules, from), join(dist, to));
for (const [to, from] of Object.entries(licences)) copyFileSync(join(modules, from), join(dist, "licences", to));
// The npm package of nhsuk-frontend carries no licence file of its own.
copyFileSync(join(here, "licences/nhsuk-frontend-LICENSE.txt"), join(dist, "licences/nhsuk-frontend-LICENSE.txt"));
for (const name of ["nhsuk.css", "portal.css", ...Object.keys(scripts)]) {
  console.log(`dist/${name}: ${readFileSync(join(dist, name)).length} bytes`);
}
