/* The list of contents marks where the reader is. */

export function contents(): void {
	const links = [...document.querySelectorAll<HTMLAnchorElement>(".contents a")],
		details = document.querySelector<HTMLDetailsElement>(".contents details"),
		wide = matchMedia("(min-width: 1200px)");
	if (!details) return;
	wide.addEventListener("change", () => (details.open = wide.matches));
	const heads = links.map(link => document.getElementById(decodeURIComponent(link.hash.slice(1))));
	function follow(): void {
		const passed = heads.filter(head => head && head.getBoundingClientRect().top < innerHeight / 3).length;
		for (const [index, link] of links.entries())
			if (index === Math.max(passed - 1, 0)) {
				if (link.ariaCurrent !== "location") {
					link.ariaCurrent = "location";
					if (wide.matches) link.scrollIntoView({ block: "nearest" });
				}
			} else link.removeAttribute("aria-current");
	}
	/* Not an observer: a jump over the whole page crosses no edge that one would tell of. */
	let asked = 0;
	addEventListener(
		"scroll",
		() => {
			cancelAnimationFrame(asked);
			asked = requestAnimationFrame(follow);
		},
		{ passive: true },
	);
	follow();
}
