/* A term's meaning is shown by the style alone, by pointing, focus or touch; Escape takes it away. */

export function terms(): void {
	addEventListener("keydown", ({ key }) => {
		if (key !== "Escape") return;
		for (const term of document.querySelectorAll(".term:is(:hover, :focus-within)")) {
			term.classList.add("shut");
			for (const event of ["pointerleave", "focusout"])
				term.addEventListener(event, () => term.classList.remove("shut"), { once: true });
		}
	});
}
