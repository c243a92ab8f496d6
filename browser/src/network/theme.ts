/* Light or dark: what is painted is painted anew. */

/** Calls `changed` when the system's or JupyterLab's theme changes, until the answer is called. */
export function themed(changed: () => void): () => void {
	const system = matchMedia("(prefers-color-scheme: dark)"),
		lab = new MutationObserver(changed);
	system.addEventListener("change", changed);
	lab.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
	return () => {
		system.removeEventListener("change", changed);
		lab.disconnect();
	};
}
