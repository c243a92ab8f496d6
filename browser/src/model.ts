/* The traits of a widget: a notebook's model, or a page's stand-in for it. */

type Act = () => void;

/** What a widget may do with its model: the part of anywidget's that the project uses. */
export interface Model<State = Record<string, unknown>> {
	get<Name extends keyof State & string>(name: Name): State[Name];
	set<Name extends keyof State & string>(name: Name, value: State[Name]): void;
	save_changes(): void;
	/** Events are "change:NAME". */
	on(event: string, act: Act): void;
	off(event: string, act: Act): void;
	readonly widget_manager: Manager;
}

/** Finds models by id; that of another widget has the traits that the caller knows it to have. */
export interface Manager {
	get_model<State>(id: string): Promise<Model<State>>;
}

/** What a widget's module is called with: it exports `default { render }`, which may return its clean-up. */
export interface RenderProps<Records = unknown, State = Record<string, unknown>> {
	readonly model: Model<State>;
	readonly el: HTMLElement;
	readonly records: Records;
}

type States = Readonly<Record<string, Record<string, unknown>>>;

/** The models of a page by id. A page has no kernel, only the states it was made with. */
export function manager(states: States): Manager {
	const models = new Map<string, unknown>();
	return {
		async get_model<State>(id: string) {
			if (!(id in states)) throw new Error(`There is no model "${id}" on this page.`);
			if (!models.has(id)) models.set(id, standIn({ ...states[id] }, this));
			return models.get(id) as Model<State>;
		},
	};
}

/** A model that lives on a page alone: `state` is its own from now on. */
export function standIn<State extends object>(state: State, widget_manager = manager({})): Model<State> {
	const heard = new Map<string, Act[]>();
	const acts = (event: string) => heard.get(event) ?? [];
	return {
		widget_manager,
		get: name => state[name],
		set(name, value) {
			state[name] = value;
			for (const act of acts(`change:${name}`)) act();
		},
		save_changes() {},
		on: (event, act) => void heard.set(event, [...acts(event), act]),
		off: (event, act) =>
			void heard.set(
				event,
				acts(event).filter(one => one !== act),
			),
	};
}
