// Builds the person's page and the desk into what the two servers serve.
// Old phones get old JavaScript and CSS; caseworkers have a current browser.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLD = ["es2017", "chrome61", "firefox60", "safari11"];
const CURRENT = ["es2022"];

const pages = [
  { from: "web/person/main.ts", to: "bot/channels/static/person.js", target: OLD },
  { from: "web/person/style.css", to: "bot/channels/static/person.css", target: OLD },
  { from: "web/desk/main.ts", to: "bot/desk/static/desk.js", target: CURRENT },
  { from: "web/desk/style.css", to: "bot/desk/static/desk.css", target: CURRENT },
];

for (const { from, to, target } of pages) {
  await build({
    absWorkingDir: root,
    entryPoints: [from],
    outfile: to,
    target,
    bundle: true,
    format: from.endsWith(".ts") ? "iife" : undefined,
    minify: true,
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  });
}
