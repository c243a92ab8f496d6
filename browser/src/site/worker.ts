/* Keeps the whole site for when there is no network. `tools.site.offline` puts the edition in front of this script. */

interface Edition {
	readonly version: string;
	/** The hash of each file, by its address below the root. */
	readonly files: Readonly<Record<string, string>>;
	/** What stands in for a page that was not kept, as HTML. */
	readonly missing: string;
}
declare const EDITION: Edition;

/* What a worker has besides what a page has. */
interface Lasting extends Event {
	waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Event {
	readonly request: Request;
	respondWith(answer: Promise<Response>): void;
}
interface Worker {
	readonly registration: ServiceWorkerRegistration;
	readonly clients: { claim(): Promise<void> };
	skipWaiting(): Promise<void>;
	addEventListener(event: "install" | "activate", act: (event: Lasting) => void): void;
	addEventListener(event: "fetch", act: (event: Asked) => void): void;
	addEventListener(event: "message", act: (event: MessageEvent) => void): void;
}
const worker = self as unknown as Worker;

const ROOT = worker.registration.scope;
/* All sites of an origin share its caches. */
const OURS = `convlab ${ROOT} `,
	NAME = OURS + EDITION.version;
/* Where a cache keeps the list that it was filled by. */
const LIST = `${ROOT}.edition`;
const AT_ONCE = 6;

type Files = Edition["files"];

async function install(): Promise<void> {
	const cache = await caches.open(NAME),
		older = await editions(),
		waiting = Object.entries(EDITION.files);
	const some = async (): Promise<void> => {
		for (let one = waiting.pop(); one; one = waiting.pop()) await keep(cache, older, ...one);
	};
	try {
		await Promise.all(Array.from({ length: AT_ONCE }, some));
		await cache.put(LIST, new Response(JSON.stringify(EDITION.files)));
	} catch (error) {
		// What was loaded before a network failed is there at the next try; of a full storage nothing is.
		if ((error as Error).name === "QuotaExceededError") await caches.delete(NAME);
		throw error;
	}
}

/** The caches of other editions, each with its list. */
async function editions(): Promise<[cache: Cache, files: Files][]> {
	const names = (await caches.keys()).filter(name => name.startsWith(OURS) && name !== NAME);
	return Promise.all(
		names.map(async (name): Promise<[Cache, Files]> => {
			const cache = await caches.open(name);
			return [cache, (await (await cache.match(LIST))?.json()) ?? {}];
		}),
	);
}

/** Keep a file: from another edition that has the same, or else from the network. */
async function keep(cache: Cache, older: readonly [Cache, Files][], path: string, hash: string): Promise<void> {
	const address = ROOT + path;
	if (await cache.match(address)) return;
	const same = older.find(([, files]) => files[path] === hash),
		found = (await same?.[0].match(address)) ?? (await loaded(address, hash));
	await cache.put(address, found);
}

async function loaded(address: string, hash: string): Promise<Response> {
	const answer = await fetch(address, { integrity: `sha256-${hash}`, cache: "no-cache" });
	if (!answer.ok) throw new Error(`${answer.status} ${address}`);
	// A browser takes no answer from elsewhere for a page.
	return answer.redirected ? new Response(await answer.blob(), { headers: answer.headers }) : answer;
}

async function forget(): Promise<void> {
	const names = await caches.keys();
	await Promise.all(names.filter(name => name.startsWith(OURS) && name !== NAME).map(name => caches.delete(name)));
	await worker.clients.claim();
}

async function answer(request: Request): Promise<Response> {
	const found = await caches.match(addressOf(request.url), { cacheName: NAME }).catch(() => undefined);
	if (found) return found;
	try {
		return await fetch(request);
	} catch (error) {
		if (request.mode !== "navigate") throw error;
		return new Response(EDITION.missing, { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
	}
}

/** What is asked behind "?" or "#" is a page's own matter; a folder stands for its index. */
const addressOf = (address: string): string => address.replace(/[?#].*/s, "").replace(/\/$/, "/index.html");

worker.addEventListener("install", event => event.waitUntil(install()));
worker.addEventListener("activate", event => event.waitUntil(forget()));
worker.addEventListener("message", ({ data }) => data === "take over" && void worker.skipWaiting());
worker.addEventListener("fetch", event => {
	const { method, url } = event.request;
	if (method === "GET" && url.startsWith(ROOT)) event.respondWith(answer(event.request));
});
