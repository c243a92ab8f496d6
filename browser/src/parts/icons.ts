/* Pictures on buttons, each one path on a square of 16. */

const PATHS = {
	back: "M13 3v10L6 8zM3 3h2v10H3z",
	forward: "M3 3v10l7-5zM11 3h2v10h-2z",
	play: "M4 2v12l9-6z",
	pause: "M3 2h4v12H3zM9 2h4v12H9z",
};

export type Icon = keyof typeof PATHS;

/** An icon as HTML; the button around it has the name. */
export const icon = (name: Icon): string =>
	`<svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path fill="currentColor" d="${PATHS[name]}"/></svg>`;
