/* Plays the steps that Python has worked out: it looks up, colours and writes, and computes nothing of the layer.
   The script stands in an output of a notebook between lines of Python's, which name the film and its players. */

import { type Play, type PlayWords, wired } from "../parts/play";
import { scene } from "./draw";
import { type Film, replay } from "./film";
import { flow, whenNarrow } from "./flow";

declare const film: Film;
declare const players: Iterable<HTMLElement>;

const INTERVAL = 900;

/* Python has named the controls, in the reader's language. */
function words(root: HTMLElement): PlayWords {
	const control = (name: string) => root.querySelector(`[data-name="${name}"]`) as HTMLElement;
	const names = ["step", "back", "play", "forward"].map(name => [name, control(name).ariaLabel]);
	return { ...Object.fromEntries(names), pause: control("play").dataset.pause };
}

function start(root: HTMLElement): void {
	const speed = root.querySelector("select") as HTMLSelectElement;
	const said = root.querySelector(".said") as HTMLElement;
	const [count, draw] = [film.steps.length, drawer(root)];
	let spoken = "";

	const bar = wired(root.querySelector(".controls") as HTMLElement, {
		go: show,
		delay: () => INTERVAL / Number(speed.value),
		words: words(root),
		ends: true,
		turned(playing) {
			root.dataset.playing = String(playing);
			if (!playing) said.textContent = spoken;
		},
	});

	function show(step: number): void {
		spoken = draw(step);
		bar.show(step, count, `${step + 1} / ${count}`);
		root.dataset.step = String(step);
		if (!bar.playing()) said.textContent = spoken;
	}

	listen(root, bar, count, by => {
		speed.selectedIndex = Math.min(Math.max(speed.selectedIndex + by, 0), speed.length - 1);
		speed.dispatchEvent(new Event("input", { bubbles: true }));
	});
	root.dataset.playing = "false";
	show(0);
}

/* Draws a step in its scene, the others hidden, and answers what its labels say. */
function drawer(root: HTMLElement): (step: number) => string {
	const svgs = [...root.querySelectorAll<SVGSVGElement>("svg.scene")];
	const draws = svgs.map((svg, index) => scene(film, index, svg));
	const flows = svgs.map((svg, index) => flow(film.flows[index], film.scenes[index], svg));
	for (const [index, svg] of svgs.entries()) svg.after(flows[index].element);
	let current = 0;
	whenNarrow(root, narrow => {
		for (const each of flows) each.turn(narrow);
		flows[current].say();
	});
	const look = replay(film);
	return step => {
		current = film.steps[step].scene;
		for (const [index, svg] of svgs.entries()) {
			svg.toggleAttribute("hidden", index !== current);
			flows[index].element.toggleAttribute("hidden", index !== current);
		}
		const words = draws[current](look(step));
		flows[current].say();
		return words;
	};
}

function listen(root: HTMLElement, bar: Play, count: number, faster: (by: number) => void): void {
	const keys: Record<string, () => void> = {
		ArrowRight: () => bar.step(1),
		ArrowLeft: () => bar.step(-1),
		Home: () => bar.step(-count),
		End: () => bar.step(count),
		" ": bar.toggle,
		"+": () => faster(1),
		"-": () => faster(-1),
	};
	root.addEventListener("keydown", event => {
		const act = keys[event.key];
		if (!act || isOwn(event) || event.ctrlKey || event.metaKey || event.altKey) return;
		event.preventDefault();
		event.stopPropagation();
		act();
	});
}

/* Whether a control has a use of its own for the key. */
function isOwn({ key, target }: KeyboardEvent): boolean {
	const control = (target as Element).closest("input, button, select")?.localName;
	if (control === "input") return !" +-".includes(key);
	return control === "select" || (control === "button" && key === " ");
}

// The same output may be on a page twice: each root is started once.
for (const root of players) start(root);
