/* The words of the page's language that its script says. */

const kept = document.querySelector<HTMLTemplateElement>("#words")?.content.querySelector("span");

export const say = (name: "copy" | "copied" | "unshown"): string => kept?.dataset[name] ?? "";
