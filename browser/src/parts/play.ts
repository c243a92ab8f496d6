/* Steps, one by one or by themselves: back, play, forward, and a range over all of them. */

import type { Words } from "../words";
import { type Icon, icon } from "./icons";

export interface PlayWords {
	readonly player: string;
	readonly step: string;
	readonly back: string;
	readonly play: string;
	readonly pause: string;
	readonly forward: string;
}

/** The names of the bar: what it moves is named by the widget whose topic is given. */
export const playWords = (words: Words, topic: string): PlayWords => ({
	player: words.text(`${topic}.player`),
	step: words.text(`${topic}.step`),
	back: words.text("control.back"),
	play: words.text("control.play"),
	pause: words.text("control.pause"),
	forward: words.text("control.forward"),
});

export interface Play {
	element: HTMLElement;
	/** `said` is the step in words, for those who hear it; `shown` what stands beside the bar. */
	show(step: number, count: number, said: string, shown?: string): void;
	playing(): boolean;
	toggle(): void;
	/** By hand: it ends the playing. */
	step(by: number): void;
	stop(): void;
	name(words: PlayWords): void;
}

export interface Stepping {
	/** Called for another step; it answers with `show`. */
	go(step: number): void;
	/** Milliseconds until the next step. */
	delay(): number;
	words: PlayWords;
	/** It ends at the last step; else it goes round. */
	ends?: boolean;
	/** Called when the playing begins and ends. */
	turned?(playing: boolean): void;
}

/** A bar of its own; `extra` are further controls in it, such as a speed. */
export function playBar({ extra = [], ...stepping }: Stepping & { extra?: HTMLElement[] }): Play {
	const element = document.createElement("div");
	element.className = "convlab-play";
	element.setAttribute("role", "group");
	const buttons = ["back", "play", "forward"].map(name => `<button type="button" data-name="${name}"></button>`);
	element.innerHTML = `${buttons.join("")}<input type="range" min="0" value="0" data-name="step"><output></output>`;
	element.append(...extra);
	return wired(element, stepping);
}

/** Bring the controls inside `element` to life. */
export function wired(element: HTMLElement, { go, delay, words, ends = false, turned }: Stepping): Play {
	const [range, name] = [find<HTMLInputElement>(element, "step"), namer(element)];
	const output = element.querySelector("output") as HTMLElement;
	let [at, last] = [0, 0];
	const move = (to: number) => go(ends ? Math.min(Math.max(to, 0), last) : (to + last + 1) % (last + 1));
	const over = () => ends && at === last;
	const clock = ticking(tick, delay, playing => {
		name(words, playing);
		turned?.(playing);
	});

	function tick(): void {
		if (element.isConnected) move(at + 1);
		if (over() || !element.isConnected) clock.stop();
	}

	function toggle(): void {
		if (!clock.on() && over()) go(0);
		clock.toggle();
	}

	function step(by: number): void {
		clock.stop();
		move(at + by);
	}

	function show(step: number, count: number, said: string, shown = `${step + 1} / ${count}`): void {
		[at, last] = [step, count - 1];
		Object.assign(range, { max: String(last), value: String(at) }).setAttribute("aria-valuetext", said);
		output.textContent = shown;
	}

	find(element, "back").addEventListener("click", () => step(-1));
	find(element, "forward").addEventListener("click", () => step(1));
	find(element, "play").addEventListener("click", toggle);
	// Another speed holds from now on.
	element.addEventListener("input", event => (event.target === range ? step(range.valueAsNumber - at) : clock.again()));
	name(words, false);
	const rename = (named: PlayWords) => {
		words = named;
		name(words, clock.on());
	};
	return { element, show, playing: clock.on, toggle, step, stop: clock.stop, name: rename };
}

const find = <E extends HTMLElement>(element: HTMLElement, name: string) =>
	element.querySelector(`[data-name="${name}"]`) as E;

/* Gives the controls their names and pictures: the button that plays is also the one that pauses. */
function namer(element: HTMLElement): (words: PlayWords, playing: boolean) => void {
	return (words, playing) => {
		if (element.role === "group") element.ariaLabel = words.player;
		find(element, "step").ariaLabel = words.step;
		for (const name of ["back", "play", "forward"] as const) {
			const shown: Icon = name === "play" && playing ? "pause" : name;
			const button = find(element, name);
			button.title = button.ariaLabel = words[shown];
			button.innerHTML = icon(shown);
		}
	};
}

/* Calls `act` again and again until it is stopped; `turned` hears of the beginning and the end. */
function ticking(act: () => void, delay: () => number, turned: (on: boolean) => void) {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const on = () => timer !== undefined;

	function again(): void {
		clearTimeout(timer);
		timer = setTimeout(() => {
			act();
			if (on()) again();
		}, delay());
	}

	function stop(): void {
		if (!on()) return;
		clearTimeout(timer);
		timer = undefined;
		turned(false);
	}

	function toggle(): void {
		if (on()) stop();
		else {
			again();
			turned(true);
		}
	}

	return { on, again: () => on() && again(), stop, toggle };
}
