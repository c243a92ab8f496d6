/* Bundles what the pages of the site need: `node site.mjs FOLDER` writes into FOLDER, which all pages share,
   and prints the file of each part. Widgets are built here too, so that they share what they have in common. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url)),
	src = join(here, "src");

const scripts = readdirSync(src)
	.filter(name => name !== "player" && existsSync(join(src, name, "index.ts")))
	.map(name => ({ in: `src/${name}/index.ts`, out: name }));

/** A page finds a widget's parts as files, where a notebook has them in one packed model. */
const shelves = {
	name: "shelves",
	setup({ onResolve }) {
		onResolve({ filter: /\.\/shared$/ }, ({ importer }) =>
			dirname(importer) === join(src, "site") ? undefined : { path: join(src, "site", "shared.ts") },
		);
	},
};

/** Every browser that knows modules reads WOFF2. */
const fonts = {
	name: "fonts",
	setup({ onLoad }) {
		onLoad({ filter: /katex.*\.css$/ }, ({ path }) => ({
			contents: readFileSync(path, "utf-8").replace(/,url\([^)]+\.(?:woff|ttf)\) format\("[a-z]+"\)/g, ""),
			loader: "css",
		}));
	},
};

const { metafile } = await build({
	absWorkingDir: here,
	entryPoints: [...scripts, { in: "src/site/style.css", out: "site" }, { in: "src/site/worker.ts", out: "worker" }],
	outdir: resolve(process.argv[2]),
	entryNames: "[name]-[hash]",
	chunkNames: "shared-[hash]",
	assetNames: "[name]-[hash]",
	bundle: true,
	splitting: true,
	minify: true,
	format: "esm",
	target: "es2022",
	charset: "utf8",
	legalComments: "none",
	logLevel: "warning",
	metafile: true,
	loader: { ".woff2": "file" },
	plugins: [shelves, fonts],
});

const parts = Object.entries(metafile.outputs).map(([path, { entryPoint, imports }]) => {
	// What is loaded on demand alone has no name of its own.
	const isOwn = entryPoint && !basename(path).startsWith("shared-"),
		name = isOwn ? basename(path).replace(/-[A-Z0-9]{8}\./, ".") : basename(path);
	return [name, { file: basename(path), imports: imports.map(one => basename(one.path)) }];
});
console.log(JSON.stringify(Object.fromEntries(parts)));
