/* A saved state, also one of another version: what is known is taken, the rest is named. */

import type { Model } from "./model";

/** What a value changes in a state; nothing where the state cannot have it. */
type Change<State> = (name: string, value: unknown, state: State) => Partial<State> | false | null | undefined;

/** The start with all that is told and can be had, in the start's order; and the names of the rest. */
export function taken<State extends object>(told: unknown, start: State, change: Change<State>): [State, string[]] {
	const said = Object(told) as Record<string, unknown>,
		unread: string[] = [];
	let state = start;
	for (const name of Object.keys({ ...start, ...said })) {
		if (!(name in said)) continue;
		const changes = change(name, said[name], state);
		if (changes) state = { ...state, ...changes };
		else unread.push(name);
	}
	return [state, unread];
}

/** Give those of a model's traits their start that are missing, or that `fits` refuses; the names of the latter. */
export function mend<State extends object>(
	model: Model<State>,
	start: Partial<State>,
	fits: (name: keyof State, value: unknown) => boolean,
): string[] {
	const names = Object.keys(start) as (keyof State & string)[],
		told = Object.fromEntries(names.map(name => [name, model.get(name)]).filter(([, value]) => value !== undefined));
	const [state, unread] = taken(told, start, (name, value) => {
		return fits(name as keyof State, value) && ({ [name]: value } as Partial<State>);
	});
	for (const name of names) if (state[name] !== told[name]) model.set(name, state[name] as State[typeof name]);
	return unread;
}

export const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;

export const isTexts = (value: unknown): value is string[] =>
	Array.isArray(value) && value.every(one => typeof one === "string");
