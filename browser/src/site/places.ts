/* The other language opens at the place where the reader is: cells have the same names in both. */

export function places(): void {
	const link = document.querySelector<HTMLAnchorElement>("a.language");
	if (!link) return;
	const places = document.querySelectorAll<HTMLElement>("main [id]");
	const here = (): string => {
		if (document.body.dataset.group === "tool") return location.hash;
		const passed = [...places].filter(place => place.getBoundingClientRect().top < innerHeight / 3);
		return scrollY > innerHeight / 3 ? `#${passed.at(-1)?.id ?? ""}` : "";
	};
	const point = (): void => void (link.hash = here());
	for (const event of ["pointerdown", "focus", "click"]) link.addEventListener(event, point);
}
