/* Bundles each folder of src that has an index.ts, and what pages and notebooks start them with.
   `node build.mjs [ROOT]` writes below ROOT, which is the repository unless it is named. */

import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(process.argv[2] ?? join(here, ".."));

/* The site is no widget: site.mjs bundles it. */
const widgets = readdirSync(join(here, "src")).filter(
	name => name !== "site" && existsSync(join(here, "src", name, "index.ts")),
);

const bundles = ["stub.ts", "page.ts", ...widgets.map(name => `${name}/index.ts`)].map(entry => {
	const name = entry.split(/[./]/)[0];
	// The player is inlined into a classic script, between lines of Python's.
	return name === "player"
		? { entry, out: "convlab/plots/static/player.js", format: "iife" }
		: { entry, out: `convlab/widgets/static/${name}.js`, format: "esm" };
});

const styles = widgets
	.filter(name => existsSync(join(here, "src", name, "style.css")))
	.map(name => {
		return { entry: `${name}/style.css`, out: `convlab/widgets/static/${name}.css`, format: undefined };
	});

for (const { entry, out, format } of [...bundles, ...styles]) {
	await build({
		absWorkingDir: here,
		entryPoints: [`src/${entry}`],
		outfile: join(root, out),
		banner: { [out.endsWith("css") ? "css" : "js"]: `/* Generated from browser/src/${entry} by "make browser". */` },
		bundle: true,
		minify: true,
		// Minified, these names would stay as long as they are.
		define: { "Number.POSITIVE_INFINITY": "Infinity", "Number.NaN": "NaN" },
		format,
		target: "es2022",
		charset: "utf8",
		legalComments: "none",
		logLevel: "warning",
	});
}
