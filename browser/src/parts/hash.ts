/* Values in the hash of an address: how each kind is read; undefined for what cannot be one. */

type Read = (text: string) => unknown;

const whole: Read = text => (/^\d{1,6}$/.test(text) ? Number(text) : undefined);

export const READ = {
	word: text => text,
	number: whole,
	numbers(text) {
		const list = text === "none" ? null : text.split(",").map(whole);
		return list?.includes(undefined) ? undefined : list;
	},
	flag: text => (text === "true" ? true : text === "false" ? false : undefined),
} satisfies Record<string, Read>;

export function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

export function decoded(text: string): string | undefined {
	try {
		return decodeURIComponent(text);
	} catch {
		return undefined;
	}
}

export const encoded = (text: string): string => encodeURIComponent(text).replaceAll("%2C", ",");
