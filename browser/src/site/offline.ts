/* Keeps the site for when there is no network, and says when a newer edition is ready. */

import { button, node } from "../dom";
import type { Say } from "./more";

/** Start the worker of the site; `told` hears how far it is, by the key of a text. */
export function offline(worker: string, told: (key: string) => void, say: Say): void {
	const { serviceWorker } = navigator,
		saves = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData;
	if (!serviceWorker || saves) return told(saves ? "offline_saving" : "offline_impossible");
	serviceWorker.register(worker, { updateViaCache: "none" }).then(
		registration => follow(registration, told, say),
		() => told("offline_impossible"),
	);
}

/** What the worker is told: see `worker.ts`. */
const TAKE_OVER = "take over";

function follow(registration: ServiceWorkerRegistration, told: (key: string) => void, say: Say): void {
	const { serviceWorker } = navigator;
	let hadOne = serviceWorker.controller !== null,
		asked = false;
	const offer = once((renew: () => void) => notice(say, renew));
	function look(): void {
		const { installing, waiting, active } = registration;
		if (waiting && active) offer(() => waiting.postMessage((asked = true) && TAKE_OVER));
		told(active ? "offline_ready" : "offline_keeping");
		installing?.addEventListener("statechange", () => {
			if (installing.state === "redundant" && !active) told("offline_failed");
			else look();
		});
	}
	// In another tab, where nobody asked for it, a page stays as it is until its reader wants.
	serviceWorker.addEventListener("controllerchange", () => {
		if (asked) location.reload();
		else if (hadOne) offer(() => location.reload());
		hadOne = true;
	});
	registration.addEventListener("updatefound", look);
	look();
}

function once<Given>(act: (given: Given) => void): (given: Given) => void {
	let done = false;
	return given => {
		if (!done) act(given);
		done = true;
	};
}

function notice(say: Say, renew: () => void): void {
	const close = button("later", say("later"), () => element.remove()),
		element = node("aside.news", { role: "status" }, say("newer"), button("renew", say("renew"), renew), close);
	document.body.append(element);
}
