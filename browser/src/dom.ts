/* Nodes of a page, made and changed with as little touching as possible. */

type Properties = Record<string, unknown>;

const bundle = Math.random().toString(36).slice(2);
let given = 0;

/** A name that no other element of the page has, whichever widget made it. */
export const uniqueId = (): string => `c${bundle}-${++given}`;

/** An element by its tag and classes ("p.said"), with properties, attributes (names that are none of its properties)
    and children. */
export function node<Tag extends keyof HTMLElementTagNameMap>(
	kind: Tag | `${Tag}.${string}`,
	properties: Properties = {},
	...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
	const [tag, ...classes] = kind.split(".") as [Tag, ...string[]],
		element = document.createElement(tag);
	if (classes.length) element.className = classes.join(" ");
	for (const [name, value] of Object.entries(properties)) {
		if (name in element) (element as unknown as Properties)[name] = value;
		else element.setAttribute(name, String(value));
	}
	element.append(...children);
	return element;
}

/** Say a text, touching only what differs: what stays need not be laid out anew. */
export function setText(element: Element, text: string): void {
	if (!element.firstChild) element.append(text);
	else if (element.firstChild.nodeValue !== text) element.firstChild.nodeValue = text;
}

/** As many children as asked for: those that are there already, and new ones. */
export function children(host: Element, count: number, make: () => Element): Element[] {
	while (host.children.length > count) host.lastElementChild?.remove();
	while (host.children.length < count) host.append(make());
	return [...host.children];
}

/** Set properties, touching only those that differ. */
export function put<T extends Element>(element: T, values: Partial<T>): void {
	for (const name of Object.keys(values) as (keyof T)[]) {
		if (element[name] !== values[name]) element[name] = values[name] as T[keyof T];
	}
}

export function setTexts(host: Element, tag: keyof HTMLElementTagNameMap, texts: readonly string[]): void {
	children(host, texts.length, () => node(tag)).forEach((child, index) => setText(child, texts[index] ?? ""));
}

/** Put children in place, moving only those that stand elsewhere. */
export function arrange(host: Element, wanted: readonly Element[]): void {
	wanted.forEach((child, index) => {
		if (host.children[index] !== child) host.insertBefore(child, host.children[index] ?? null);
	});
	while (host.children.length > wanted.length) host.lastElementChild?.remove();
}

export function button(name: string, text: string, act: () => void, properties: Properties = {}): HTMLButtonElement {
	const element = node("button", { type: "button", "data-name": name, ...properties }, text);
	element.addEventListener("click", act);
	return element;
}

/** The first element inside that somebody's finger or key is on, by its `data-name`. */
export function focusedName(root: Element): string | undefined {
	const focused = (root.getRootNode() as Document | ShadowRoot).activeElement;
	return focused instanceof HTMLElement && root.contains(focused) ? focused.dataset.name : undefined;
}

/** Give the focus back to what is drawn anew; of radio buttons to the chosen one. Nothing scrolls. */
export function focusOn(root: Element, name: string | undefined): void {
	if (!name) return;
	const [first, ...more] = root.querySelectorAll<HTMLElement>(`[data-name="${name}"]`);
	(more.find(one => one.matches(":checked")) ?? first)?.focus({ preventScroll: true });
}
