/* The explorer in the browser: it looks settings up in the table of wiring that Python sent,
   multiplies, adds and draws. It holds no text, and computes no size, pad or index. */

const NONE = -1;

// ── The table ──

const numbers = text => Array.from(text, sign => (sign === "." ? NONE : sign.charCodeAt(0) - 48));
const lines = text => text.split(" ").map(numbers);
const keyOf = values => values.map(value => (value === null ? "null" : String(value))).join("|");

/* One axis: `places`, the input in each slot of the line that is slid over; `taps`, the slot under
   each tap of each output; `sources`, the input there. Of a transposed axis also `slots`, the output
   in each slot of the full result, and `stamps`, the slot under each tap of each input. */
function decoded(record, transposed) {
	const [out, before, after, span, fourth] = record;
	const axis = { out, before, after, span };
	if (transposed) {
		Object.assign(axis, { full: fourth, slots: numbers(record[5]), stamps: lines(record[6]) });
	} else axis.tail = fourth;
	axis.places = numbers(record.at(-2));
	axis.taps = lines(record.at(-1));
	axis.sources = axis.taps.map(row => row.map(slot => axis.places[slot]));
	return axis;
}

const known = new WeakMap();

function axisOf(table, number) {
	const record = table.records[number];
	if (!known.has(record)) known.set(record, decoded(record, table.transposed && number > 0));
	return known.get(record);
}

/* The number under which the table keeps an axis: undefined where a rule refuses the setting. */
function leafOf(table, s, axis) {
	const path = [s.kernel_size[axis], s.strides[axis], s.dilation_rate[axis], s.padding];
	if (table.transposed) path.push(s.output_padding === null ? null : s.output_padding[axis]);
	path.push(s.sizes[axis]);
	return path.reduce((branch, step) => branch?.[String(step)], table.axes);
}

/* What the layer says to a setting: its axes and links, or a refusal and the axis that it means. */
function verdict(table, s) {
	for (const [names, refused] of table.rules) {
		const number = refused[keyOf(names.map(name => s[name]))];
		if (number !== undefined) return { refusal: table.refusals[number], axis: NONE };
	}
	const leaves = s.sizes.map((_, axis) => leafOf(table, s, axis));
	const axis = leaves.findIndex(leaf => !(leaf >= 0));
	if (axis !== NONE) {
		// Python writes -1 - r for refusal r.
		return { refusal: table.refusals[~leaves[axis]], axis };
	}
	const key = keyOf(table.links.by.map(name => s[name]));
	const found = leaves.map(leaf => axisOf(table, leaf));
	return {
		axes: table.rank === 1 ? [axisOf(table, 0), ...found] : found,
		links: table.links.stages.map(stage => stage[key]),
	};
}

function withChange(s, [name, value, along], axis) {
	if (!along) return { ...s, [name]: value };
	return { ...s, [name]: s[name].map((old, index) => (index === axis ? value : old)) };
}

/* The nearest legal settings: one of the refusal's choices each, then the next refusal's first. */
function mended(table, s, { refusal, axis }, depth = 4) {
	const ways = (refusal?.choices ?? []).map(choice => {
		const next = choice.reduce((settings, change) => withChange(settings, change, axis), s);
		const found = verdict(table, next);
		if (!found.refusal) return next;
		return depth > 0 ? mended(table, next, found, depth - 1)[0] : undefined;
	});
	return [...new Map(ways.filter(Boolean).map(way => [JSON.stringify(way), way])).values()];
}

/* What another layer makes of settings, and those that it could not keep: as Python's carried_over. */
function carriedOver(table, before) {
	const { start, ranges, options, rank } = table, meant = {}, near = {};
	const cut = (value, [least, most]) => (value === null ? null : Array.isArray(value)
		? value.map(one => clip(one, least, most)) : clip(value, least, most));
	for (const name of [...table.arguments, "sizes", "channels"]) {
		const value = before[name], own = start[name];
		const kept = Array.isArray(value) ? value.slice(-rank) : value;
		meant[name] = own && Array.isArray(value) ? [...own.slice(0, rank - kept.length), ...kept] : kept;
		near[name] = ranges[name] ? cut(meant[name], ranges[name]) : meant[name];
		if (options[name] && !options[name].includes(near[name])) near[name] = own;
	}
	const found = verdict(table, near);
	const settings = found.refusal ? mended(table, near, found)[0] ?? start : near;
	const lost = Object.entries(meant).filter(([name, value]) => keyOf([value]) !== keyOf([settings[name]]));
	return [settings, Object.fromEntries(lost)];
}

// ── The arithmetic ──

const clip = (z, low, high) => Math.min(Math.max(z, low), high);
const logistic = z => {
	const small = Math.exp(-Math.abs(z));
	return (z >= 0 ? 1 : small) / (1 + small);
};
const ALPHA = 1.6732632423543772, SCALE = 1.0507009873554805;
const hardSigmoid = z => clip(z + 3, 0, 6) / 6;

/* Each activation and its slope. */
const ACTIVATIONS = {
	linear: [z => z, () => 1],
	relu: [z => Math.max(z, 0), z => (z > 0 ? 1 : 0)],
	leaky_relu: [z => (z >= 0 ? z : 0.2 * z), z => (z >= 0 ? 1 : 0.2)],
	relu6: [z => clip(z, 0, 6), z => (z > 0 && z < 6 ? 1 : 0)],
	elu: [z => (z > 0 ? z : Math.expm1(z)), z => (z > 0 ? 1 : Math.exp(z))],
	selu: [z => SCALE * (z > 0 ? z : ALPHA * Math.expm1(z)), z => SCALE * (z > 0 ? 1 : ALPHA * Math.exp(z))],
	sigmoid: [logistic, z => logistic(z) * logistic(-z)],
	hard_sigmoid: [hardSigmoid, z => (z > -3 && z < 3 ? 1 / 6 : 0)],
	tanh: [Math.tanh, z => 1 - Math.tanh(z) ** 2],
	hard_tanh: [z => clip(z, -1, 1), z => (Math.abs(z) > 1 ? 0 : 1)],
	softplus: [z => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), logistic],
	softsign: [z => z / (1 + Math.abs(z)), z => 1 / (1 + Math.abs(z)) ** 2],
	silu: [z => z * logistic(z), z => logistic(z) * (1 + z * logistic(-z))],
	hard_silu: [z => z * hardSigmoid(z), z => hardSigmoid(z) + (z > -3 && z < 3 ? z / 6 : 0)],
	exponential: [Math.exp, Math.exp],
};

const take = (pool, [count, ...rest]) =>
	pool.slice(0, count).map(part => (rest.length ? take(part, rest) : part));
const mapped = (nested, f) => (Array.isArray(nested) ? nested.map(part => mapped(part, f)) : f(nested));
const zeros = nested => mapped(nested, () => 0);
const reversed = kernel => kernel.map(row => [...row].reverse()).reverse();
const flat = nested => nested.flat(Infinity);

/* Every product of one output: visit(channel, i, j, input row, input column, a, b); a row or column
   is NONE in the padding. */
function visitTerms([rows, columns], links, r, c, f, visit) {
	const rowTaps = rows.sources[r], columnTaps = columns.sources[c];
	for (const [channel, a, b] of links.of[f])
		for (let i = 0; i < rowTaps.length; i++)
			for (let j = 0; j < columnTaps.length; j++)
				visit(channel, i, j, rowTaps[i], columnTaps[j], a, b);
}

function sums(axes, links, x, kernel) {
	return axes[0].sources.map((_, r) => axes[1].sources.map((_, c) => links.of.map((_, f) => {
		let sum = 0;
		visitTerms(axes, links, r, c, f, (channel, i, j, row, column, a, b) => {
			if (row !== NONE && column !== NONE) sum += x[row][column][channel] * kernel[i][j][a][b];
		});
		return sum;
	})));
}

/* The gradients of a stage's input and kernel: the same products, with the roles exchanged. */
function backward(axes, links, x, kernel, dz) {
	const dx = zeros(x), dkernel = zeros(kernel);
	dz.forEach((line, r) => line.forEach((cell, c) => cell.forEach((error, f) => {
		if (error === 0) return;
		visitTerms(axes, links, r, c, f, (channel, i, j, row, column, a, b) => {
			if (row === NONE || column === NONE) return;
			dx[row][column][channel] += error * kernel[i][j][a][b];
			dkernel[i][j][a][b] += error * x[row][column][channel];
		});
	})));
	return [dx, dkernel];
}

/* A 1×1 stage moves nothing: each place is its own source. */
function pointwiseAxes(axes) {
	return axes.map(axis => ({ sources: axis.sources.map((_, place) => [place]) }));
}

// ── Writing numbers ──

function shown(value) {
	if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
	let text = String(Math.abs(value));
	if (text.length > 4) text = Math.abs(value) >= 1000 && Math.abs(value) < 1e5
		? String(Math.round(Math.abs(value)))
		: String(Number(Math.abs(value).toPrecision(Math.abs(value) < 0.1 ? 1 : 3)));
	if (text.length > 5) text = Math.abs(value).toExponential(0).replace("+", "");
	return value < 0 && Number(text) !== 0 ? "−" + text : text;
}

const factor = value => (value < 0 ? `(${shown(value)})` : shown(value));

const grouped = number => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

/* As Python writes it. */
function python(value) {
	if (value === null) return "None";
	if (typeof value === "boolean") return value ? "True" : "False";
	if (Array.isArray(value)) {
		return value.length === 1 ? `(${value[0]},)` : `(${value.map(python).join(", ")})`;
	}
	return typeof value === "string" ? `"${value}"` : String(value);
}

// ── Nodes ──

function node(tag, properties = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(properties)) {
		if (name in element) element[name] = value;
		else element.setAttribute(name, value);
	}
	element.append(...children);
	return element;
}

/* Say a text, touching only what differs: what stays need not be laid out anew. */
function setText(element, text) {
	if (!element.firstChild) element.append(text);
	else if (element.firstChild.nodeValue !== text) element.firstChild.nodeValue = text;
}

/* As many children as asked for: those that are there already, and new ones. */
function children(host, count, make) {
	while (host.children.length > count) host.lastChild.remove();
	while (host.children.length < count) host.append(make());
	return [...host.children];
}

function setTexts(host, tag, texts) {
	children(host, texts.length, () => node(tag)).forEach((child, index) => setText(child, texts[index]));
}

const SVG = (() => {
	const template = document.createElement("template");
	template.innerHTML = "<svg></svg>";
	return template.content.firstChild.namespaceURI;
})();

function drawn(tag, attributes = {}, ...children) {
	const element = document.createElementNS(SVG, tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
	element.append(...children);
	return element;
}

const ICONS = {
	back: "M13 3v10L6 8zM3 3h2v10H3z",
	forward: "M3 3v10l7-5zM11 3h2v10h-2z",
	play: "M4 2v12l9-6z",
	pause: "M3 2h4v12H3zM9 2h4v12H9z",
};
const icon = name => drawn("svg", { viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true" },
	drawn("path", { d: ICONS[name], fill: "currentColor" }));

/* A cell's side: it shrinks, to a certain size, where the explorer is too narrow for all of them. */
const side = count => `clamp(18.7px, (100cqi - 4px) / ${count}, 34px)`;
let nextId = 0;

/* One grid of numbers, with its nodes kept from one drawing to the next. `rows` and `columns` say
   which place of the tensor stands in each line of cells, NONE outside of it. */
class Grid {
	constructor() {
		this.id = `cvl-${++nextId}`;
		this.cells = [];
		this.height = this.width = 0;
		this.marks = new Map();
		this.active = [0, 0];
		this.caption = node("figcaption");
		this.body = node("div", { className: "grid", role: "grid", tabIndex: 0 });
		this.figure = node("figure", {}, this.caption, node("div", { className: "scroll" }, this.body));
		this.body.grid = this;
	}

	shape(rows, columns) {
		const { height, width } = this;
		Object.assign(this, { rows, columns, height: rows.length, width: columns.length });
		if (this.height === height && this.width === width) return;
		for (let r = 0; r < this.height; r++) {
			const row = (this.cells[r] ??= Object.assign([], { line: node("div", { role: "row" }), shown: 0 }));
			while (row.length < this.width) row.push(this.cell(r, row.length));
			while (row.shown < this.width) row.line.append(row[row.shown++].element);
			while (row.shown > this.width) row[--row.shown].element.remove();
			if (r >= height) this.body.append(row.line);
		}
		for (let r = this.height; r < height; r++) this.cells[r].line.remove();
		const one = side(this.width);
		Object.assign(this.body.style, {
			gridTemplate: `repeat(${this.height}, minmax(0, 1fr)) / repeat(${this.width}, minmax(0, 1fr))`,
			width: `calc(${this.width} * ${one} + 1px)`, height: `calc(${this.height} * ${one} + 1px)`,
			lineHeight: one, fontSize: `calc(${one} * 0.397)`,
		});
		this.active = [Math.min(this.active[0], this.height - 1), Math.min(this.active[1], this.width - 1)];
	}

	cell(r, c) {
		const element = node("span", { role: "gridcell", id: `${this.id}-${r}-${c}` });
		element.at = [r, c];
		return { element };
	}

	/* `kind`: "value", "pad" (a zero around), "gap" (a zero between), "crop", or "none" (no number).
	   The tint has a few steps only: a class costs less than a colour of its own. */
	set(r, c, value, kind, largest) {
		const cell = this.cells[r][c];
		if (cell.value === value && cell.kind === kind && cell.largest === largest) return;
		Object.assign(cell, { value, kind, largest });
		const text = kind === "none" || kind === "crop" ? "" : shown(value);
		setText(cell.element, text);
		const step = value && largest ? Math.ceil(5 * Math.min(Math.abs(value) / largest, 1)) : 0;
		cell.look = `${kind} v${step}${value < 0 ? " negative" : ""}${text.length > 4 ? " long" : ""}`;
		this.dress(cell);
	}

	dress(cell) {
		const name = `cell ${cell.look}${this.marks.get(cell) ?? ""}`;
		if (cell.name !== name) cell.element.className = cell.name = name;
	}

	/* Give marks, a list of [row, column, name], touching only the cells that differ. */
	remark(list = []) {
		const before = this.marks;
		this.marks = new Map();
		for (const [r, c, name] of list) {
			if (r >= this.height || c >= this.width) continue;
			const cell = this.cells[r][c], names = this.marks.get(cell) ?? "";
			if (!`${names} `.includes(` ${name} `)) this.marks.set(cell, `${names} ${name}`);
		}
		for (const cell of new Set([...before.keys(), ...this.marks.keys()])) this.dress(cell);
	}

	activate(r, c) {
		this.active = [r, c];
		this.body.setAttribute("aria-activedescendant", `${this.id}-${r}-${c}`);
	}
}

// ── The widget ──

const NAMED = ["sizes", "kernel_size", "strides", "dilation_rate", "output_padding"];
const FIELDSETS = [
	["sample", ["sizes", "channels", "data_format", "input_preset", "picture"]],
	["kernel", ["kernel_size", "filters", "depth_multiplier", "groups", "kernel_preset", "true_convolution"]],
	["movement", ["strides", "dilation_rate", "padding", "output_padding", "view"]],
	["result", ["use_bias", "activation", "gradient", "partial"]],
];
const LARGEST_FILE = 10e6, LARGEST_NUMBER = 1e6;

class View {
	constructor(model, host) {
		this.model = model;
		this.labels = model.get("labels");
		this.tables = model.get("tables");
		this.presets = model.get("presets");
		this.grids = new Map();
		this.build(host);
		this.listen();
		this.adopt();
	}

	text(key, words = {}) {
		const template = this.labels[this.s.language][key] ?? key;
		return template.replace(/\{(\w+)\}/g, (_, name) => this.word(words[name], words));
	}

	t(key, words) {
		return this.text(`explorer.${key}`, words);
	}

	word(value, words) {
		if (value === null || typeof value !== "object") return String(value);
		if (value.axis) return this.axisName(words.axisIndex);
		if (value.list) return value.list.join(this.text("list.separator"));
		return this.text(value.term, value.with);
	}

	axisName(index, form = "") {
		return this.text(`axis.${this.table.rank === 1 ? "steps" : ["height", "width"][index]}${form}`);
	}

	// State

	/* Take over what the model holds. */
	adopt() {
		this.s = { ...this.model.get("shown") };
		this.values = this.model.get("values");
		this.table = this.tables[this.s.layer];
		this.wish = this.settings({ ...this.s, ...this.s.wish });
		this.found = verdict(this.table, this.s);
		const found = verdict(this.table, this.wish);
		this.refused = found.refusal ? found : null;
		this.compute();
		this.draw();
	}

	settings(s) {
		const names = [...this.table.arguments, "sizes", "channels"];
		return Object.fromEntries(names.map(name => [name, s[name]]));
	}

	/* Ask for a setting: it is taken if the layer allows it, else it stays a wish and is explained. */
	ask(changes) {
		this.wish = { ...this.wish, ...changes };
		const found = verdict(this.table, this.wish);
		this.refused = found.refusal ? found : null;
		if (!found.refusal) this.settle(this.wish);
		this.draw();
	}

	/* Take legal settings over, and keep the place that is looked at, whatever the order of its index. */
	settle(settings, carried = {}) {
		if (settings.data_format !== this.s.data_format) this.s.own = {};
		Object.assign(this.s, settings, { wish: {}, carried });
		this.s.position = this.indexOf(this.at);
		this.found = verdict(this.table, settings);
		this.compute();
		this.push();
	}

	/* Change what shapes nothing: position, view, language, … */
	turn(changes, redo = true) {
		Object.assign(this.s, changes);
		if (redo) this.compute();
		this.draw();
		this.push();
	}

	/* Another layer: what it can hold is kept, the rest becomes the nearest that it can, and is named. */
	choose(layer, changes = {}) {
		this.enter(layer);
		const [settings, lost] = carriedOver(this.table, { ...this.s, ...changes });
		this.settle(settings, lost);
		this.wish = settings;
		this.refused = null;
		this.draw();
	}

	enter(layer) {
		this.table = this.tables[layer];
		Object.assign(this.s, { layer, own: {} });
	}

	push() {
		clearTimeout(this.saving);
		this.saving = setTimeout(() => this.save(), 60);
	}

	/* Set a trait without hearing of it. */
	tell(name, value) {
		this.telling = true;
		this.model.set(name, value);
		this.telling = false;
	}

	/* All at once, or the echo of an earlier move would win in between. */
	save() {
		this.saving = null;
		try {
			this.tell("shown", { ...this.s });
			this.tell("values", this.values);
			this.model.save_changes();
		} catch {
			// The kernel is gone: the picture stays alive without it.
		}
	}

	// Numbers

	compute() {
		const { axes, links } = this.found, s = this.s, pool = this.values[this.table.rank];
		const sizes = this.table.rank === 1 ? [1, ...s.sizes] : s.sizes;
		const taps = this.table.rank === 1 ? [1, ...s.kernel_size] : s.kernel_size;
		this.axes = axes;
		this.x = take(pool.input, [...sizes, s.channels]);
		const kernel = take(pool.kernel, [...taps, ...links[0].kernel]);
		this.kernels = [s.true_convolution ? reversed(kernel) : kernel];
		this.u = sums(axes, links[0], this.x, this.kernels[0]);
		this.sum = this.u;
		if (links.length > 1) {
			this.points = pointwiseAxes(axes);
			this.kernels.push([[take(pool.pointwise, links[1].kernel)]]);
			this.sum = sums(this.points, links[1], this.u, this.kernels[1]);
		}
		this.bias = links.at(-1).of.map((_, f) => (s.use_bias ? pool.bias[f] : 0));
		this.z = this.sum.map(line => line.map(cell => cell.map((sum, f) => sum + this.bias[f])));
		this.a = mapped(this.z, ACTIVATIONS[s.activation][0]);
		this.order = this.a.flatMap((line, r) => line.map((_, c) => [r, c]));
		this.hold();
		this.parts = null;
	}

	/* Keep position and looks inside what there is. */
	hold() {
		const [r, c, f] = this.place(this.s.position);
		const inside = (index, list) => Math.max(0, Math.min(index, list.length - 1));
		const at = [inside(r, this.a), inside(c, this.a[0]), inside(f, this.a[0][0])];
		this.s.position = this.indexOf(at);
		this.at = at;
		this.q = Math.min(this.q ?? 0, this.u[0][0].length - 1);
		this.look = this.pinned = null;
	}

	get first() {
		return this.s.data_format === "channels_first";
	}

	/* [row, column, channel] of an index in the layer's data format, and back. */
	place(index) {
		const [channel, ...spatial] = this.first ? index : [index[index.length - 1], ...index.slice(0, -1)];
		return this.table.rank === 1 ? [0, spatial[0], channel] : [...spatial, channel];
	}

	indexOf([r, c, channel]) {
		const spatial = this.table.rank === 1 ? [c] : [r, c];
		return this.first ? [channel, ...spatial] : [...spatial, channel];
	}

	inFormat(tensor) {
		const line = this.table.rank === 1;
		if (!this.first) return line ? tensor[0] : tensor;
		const maps = tensor[0][0].map((_, k) => tensor.map(row => row.map(cell => cell[k])));
		return line ? maps.map(map => map[0]) : maps;
	}

	weights() {
		const line = this.table.rank === 1;
		const kernels = this.kernels.map(kernel => (line ? kernel[0] : kernel));
		return this.s.use_bias ? [...kernels, this.bias] : kernels;
	}

	get outputs() {
		return this.found.links.at(-1).of.length;
	}

	/* What decides which controls there are, and their words. */
	get frame() {
		return keyOf([this.s.layer, this.s.language, this.s.gradient === "off", this.outputs > 1]);
	}

	get lastStage() {
		return this.found.links.length - 1;
	}

	/* The pairs whose products make an output; zeros of the padding too, but of a scattered output
	   only what falls on it. */
	terms([r, c, f], stage = this.lastStage) {
		const pairs = [];
		const x = stage === 0 ? this.x : this.u;
		const axes = stage === 0 ? this.axes : this.points;
		const scattered = this.table.transposed && this.s.view === "scatter";
		visitTerms(axes, this.found.links[stage], r, c, f, (channel, i, j, row, column, a, b) => {
			const outside = row === NONE || column === NONE;
			if (outside && scattered) return;
			pairs.push([outside ? 0 : x[row][column][channel], this.kernels[stage][i][j][a][b]]);
		});
		return pairs;
	}

	outputGradient() {
		const { gradient, own } = this.s, [r, c, f] = this.at;
		return this.a.map((line, i) => line.map((cell, j) => cell.map((_, k) => {
			if (gradient === "ones") return 1;
			if (gradient === "one") return i === r && j === c && k === f ? 1 : 0;
			return own[keyOf(this.indexOf([i, j, k]))] ?? 0;
		})));
	}

	gradients() {
		const dy = this.outputGradient(), slope = ACTIVATIONS[this.s.activation][1];
		const [r, c] = this.at;
		const until = this.order.findIndex(([i, j]) => i === r && j === c);
		const last = this.s.partial ? until : this.order.length;
		const dz = dy.map(line => line.map(cell => [...cell]));
		this.order.forEach(([i, j], step) => {
			dz[i][j] = dz[i][j].map((d, k) => (step > last ? 0 : d * slope(this.z[i][j][k])));
		});
		const [links, pointwise] = this.found.links;
		let errors = dz, kernels = [];
		if (pointwise) {
			const [du, dpoint] = backward(this.points, pointwise, this.u, this.kernels[1], dz);
			errors = du;
			kernels = [dpoint];
		}
		const [dx, dkernel] = backward(this.axes, links, this.x, this.kernels[0], errors);
		const dbias = this.bias.map((_, f) => flat(dz.map(line => line.map(cell => cell[f]))).reduce((a, b) => a + b, 0));
		return { dy, dx, kernels: [dkernel, ...kernels], dbias };
	}

	expose() {
		const s = this.s, [r, c, f] = this.at;
		this.parts ??= {
			layer: s.layer,
			arguments: Object.fromEntries(this.table.arguments.map(name => [name, s[name]])),
			input: this.inFormat(this.x),
			weights: this.weights(),
			output_shape: this.shapeOf(this.a),
			output: this.inFormat(this.a),
		};
		this.parts.json ??= JSON.stringify(this.parts).slice(0, -1);
		const rest = {
			position: s.position,
			terms: this.terms(this.at),
			sum: this.sum[r][c][f],
			z: this.z[r][c][f],
			a: this.a[r][c][f],
			language: s.language,
			refused: this.refused?.refusal.code ?? null,
		};
		if (this.g) {
			const kernels = this.g.kernels.map(kernel => (this.table.rank === 1 ? kernel[0] : kernel));
			rest.gradient = {
				output: this.inFormat(this.g.dy),
				input: this.inFormat(this.g.dx),
				weights: s.use_bias ? [...kernels, this.g.dbias] : kernels,
			};
		}
		this.root.setAttribute("data-state", `${this.parts.json},${JSON.stringify(rest).slice(1)}`);
	}

	shapeOf(tensor) {
		return this.indexOf([tensor.length, tensor[0].length, tensor[0][0].length]);
	}

	// The frame around the picture

	build(host) {
		this.head = node("header");
		this.caption = node("p", { className: "caption" });
		this.alert = node("div", { className: "refusal", role: "alert" });
		this.notice = node("p", { className: "notice", role: "status" });
		this.stage = node("div", { className: "stage" });
		this.player = node("div", { className: "player", role: "group" });
		this.sentence = node("p", { className: "sentence" });
		this.sums = node("div", { className: "sums", tabIndex: 0, role: "region" });
		this.live = node("p", { className: "unseen", role: "status" });
		this.editor = node("div", { className: "editor" });
		this.controls = node("div", { className: "controls", role: "group" });
		this.foot = node("div", { className: "foot" });
		this.dial = node("section", { className: "dial" });
		this.root = node("div", { className: "convlab-explorer", role: "group", "data-lm-suppress-shortcuts": "true" },
			this.head, this.caption, this.notice, this.alert, this.stage, this.player, this.sentence, this.sums,
			this.live, this.editor, this.controls, this.dial, this.foot);
		host.append(this.root);
		this.panels = {};
	}

	listen() {
		this.heard = () => this.hear();
		this.model.on("change:shown", this.heard);
		this.model.on("change:values", this.heard);
		const stage = this.stage;
		stage.addEventListener("pointerover", event => this.point(event));
		stage.addEventListener("pointerleave", () => this.see(null));
		stage.addEventListener("click", event => this.click(event));
		stage.addEventListener("keydown", event => this.key(event));
		stage.addEventListener("focusout", () => this.see(null));
		// A notebook would take the arrow keys for itself.
		this.root.addEventListener("keydown", event => event.key === "Escape" || event.stopPropagation());
	}

	hear() {
		if (this.telling || this.saving) return;
		this.adopt();
	}

	destroy() {
		this.stop();
		clearTimeout(this.saving);
		this.model.off("change:shown", this.heard);
		this.model.off("change:values", this.heard);
		this.root.remove();
	}

	// Controls

	rebuildControls() {
		const focused = this.root.contains(document.activeElement) && document.activeElement.dataset?.name;
		this.root.lang = this.t("html_language");
		for (const name of ["root", "sums", "player", "controls"]) this[name].setAttribute("aria-label", this.t(name));
		this.inputs = new Map();
		this.buildHead();
		this.buildPlayer();
		this.buildEditor();
		this.controls.replaceChildren(...FIELDSETS.map(([name, own]) => this.fieldset(name, own)));
		this.buildDial();
		this.buildFoot();
		this.drawnFor = this.frame;
		if (focused) this.root.querySelector(`[data-name="${focused}"]`)?.focus();
	}

	field(name, label, input, output) {
		input.dataset.name = name;
		const row = node("label", { className: `field ${input.type}` }, node("span", {}, label), input);
		if (output) row.append((input.shown = node("output")));
		this.inputs.set(name, input);
		return row;
	}

	control(name, label, input, event, read, act) {
		input.addEventListener(event, act);
		input.read = read;
		return this.field(name, label, input, event === "input");
	}

	range(name, label, read, write) {
		const input = node("input", { type: "range", step: 1 });
		return this.control(name, label, input, "input", read, () => write(Number(input.value)));
	}

	select(name, label, options, read, write) {
		const input = node("select", {}, ...options.map(([value, text]) => node("option", { value }, text)));
		return this.control(name, label, input, "change", read, () => write(input.value));
	}

	checkbox(name, label, read, write) {
		const input = node("input", { type: "checkbox" });
		return this.control(name, label, input, "change", read, () => write(input.checked));
	}

	buildHead() {
		const languages = Object.keys(this.labels);
		const lessons = this.presets.lessons.filter(lesson => this.tables[lesson.layer]);
		this.head.replaceChildren(
			node("span", { className: "title", role: "heading", "aria-level": 3 }, this.t("root")),
			this.select("layer", this.t("layer"), Object.keys(this.tables).map(name => [name, name]),
				() => this.s.layer, name => this.choose(name)),
			this.select("preset", this.t("preset"),
				[["", this.t("preset_none")], ...lessons.map(({ id }) => [id, this.t(`preset_${id}`)])],
				() => this.s.preset, id => this.open(id)),
			this.select("language", this.t("language"), languages.map(one => [one, this.labels[one]["explorer.language_name"]]),
				() => this.s.language, language => this.turn({ language }, false)),
		);
	}

	fieldset(name, own) {
		const rows = own.flatMap(setting => this.controlsFor(setting));
		if (!rows.length) return "";
		return node("fieldset", {}, node("legend", {}, this.t(`fieldset_${name}`)), ...rows);
	}

	controlsFor(name) {
		const label = this.t(`control_${name}`), table = this.table, s = () => this.s;
		const options = values => values.map(value => [value, this.t(`${name}_${value}`)]);
		const code = values => values.map(value => [value, value]);
		const known = table.arguments.includes(name) || name === "sizes" || name === "channels";
		switch (name) {
			case "input_preset": case "kernel_preset": {
				const kind = name.split("_")[0], names = Object.keys(this.presets[kind][table.rank]);
				return [this.select(name, label, [["", this.t("preset_own")], ...options(names)],
					() => "", chosen => chosen && this.fill(kind, chosen))];
			}
			case "picture": return [this.upload(label)];
			case "true_convolution": case "partial":
				if (name === "partial" && this.s.gradient === "off") return [];
				return [this.checkbox(name, label, () => s()[name], on => this.turn({ [name]: on }))];
			case "view": return table.transposed
				? [this.select(name, label, options(["scatter", "zeros"]), () => s().view, view => this.turn({ view }))] : [];
			case "gradient":
				return [this.select(name, label, options(["off", "ones", "one", "own"]), () => s().gradient, gradient => this.turn({ gradient }))];
		}
		if (!known) return [];
		switch (name) {
			case "use_bias":
				return [this.checkbox(name, label, () => this.wish.use_bias, on => this.ask({ use_bias: on }))];
			case "padding": case "activation": case "data_format": {
				const values = name === "data_format" ? ["channels_last", "channels_first"] : table.options[name];
				return [this.select(name, label, code(values), () => this.wish[name], value => this.ask({ [name]: value }))];
			}
			case "output_padding": {
				const [least, most] = table.ranges.output_padding;
				const values = ["None"];
				for (let extra = least; extra <= most; extra++) values.push(String(extra));
				return this.wish.sizes.map((_, axis) => this.select(`${name}.${axis}`, this.along(label, axis), code(values),
					() => (this.wish[name] === null ? "None" : String(this.wish[name][axis])), value => this.pad(axis, value)));
			}
		}
		if (!NAMED.includes(name)) {
			return [this.range(name, label, () => this.wish[name], value => this.ask({ [name]: value }))];
		}
		return this.wish.sizes.map((_, axis) => this.range(`${name}.${axis}`, this.along(label, axis),
			() => this.wish[name][axis], value => this.ask(withChange({ [name]: this.wish[name] }, [name, value, true], axis))));
	}

	along(label, axis) {
		return this.table.rank === 1 ? label : this.t("along", { label, axis: this.axisName(axis, "_size") });
	}

	/* None is for all axes at once, and so is leaving it. */
	pad(axis, value) {
		const before = this.wish.output_padding;
		const one = Number(value);
		if (value === "None") this.ask({ output_padding: null });
		else this.ask({ output_padding: before === null ? this.wish.sizes.map(() => one) : before.map((old, i) => (i === axis ? one : old)) });
	}

	refreshControls() {
		for (const [name, input] of this.inputs) {
			if (!input.read) continue;
			const value = input.read();
			if (input.type === "checkbox") input.checked = value;
			else if (input.type === "range") {
				const [min, max] = this.limits(name), text = input.say ? input.say(value) : String(value);
				// The limits first: a value is cut to them.
				for (const [key, now] of Object.entries({ min, max, value })) if (input[key] !== String(now)) input[key] = now;
				setText(input.shown, text);
				if (input.say) input.ariaValueText = text;
			} else if (input.value !== String(value ?? "")) input.value = value ?? "";
			if (input.type === "range" || input.tagName === "SELECT") {
				const setting = name.split(".")[0];
				const bad = Boolean(this.refused) && setting in this.wish && keyOf([this.wish[setting]]) !== keyOf([this.s[setting]]);
				input.ariaInvalid = bad ? "true" : null;
			}
		}
	}

	/* The first and last position at which the layer does not refuse this axis. */
	limits(name) {
		const choices = { step: this.order, filter: this.bias, dial: this.ways }[name];
		if (choices) return [0, choices.length - 1];
		if (name === "speed") return this.presets.speed;
		const [setting, index] = name.split("."), [least, most] = this.table.ranges[setting];
		if (index === undefined || setting === "strides") return [least, most];
		const axis = Number(index), open = [];
		for (let value = least; value <= most; value++) {
			if (!(leafOf(this.table, withChange(this.wish, [setting, value, true], axis), axis) < 0)) open.push(value);
		}
		const now = this.wish[setting][axis];
		return open.includes(now) ? [open[0], open[open.length - 1]] : [least, most];
	}

	// Filling in values

	changed(kind) {
		this.values = structuredClone(this.values);
		return this.values[this.table.rank][kind];
	}

	fill(kind, name) {
		const wanted = this.presets[kind][this.table.rank][name];
		const pool = this.changed(kind);
		if (kind === "input") {
			this.values[this.table.rank].input = structuredClone(wanted);
			return this.turn({});
		}
		pool.forEach((row, i) => row.forEach((tap, j) => tap.forEach(line => line.fill(wanted[i]?.[j] ?? 0))));
		const taps = this.table.rank === 1 ? [wanted[0].length] : [wanted.length, wanted[0].length];
		this.turn({});
		this.ask({ kernel_size: taps });
	}

	open(id) {
		this.s.preset = id;
		const lesson = this.presets.lessons.find(one => one.id === id);
		if (!lesson) return this.turn({}, false);
		const { layer, settings, values, view } = lesson;
		if (values) {
			this.changed("input");
			Object.assign(this.values[this.tables[layer].rank], structuredClone(values));
		}
		Object.assign(this.s, { true_convolution: false, gradient: "off", view: "scatter" }, view);
		this.enter(layer);
		const start = this.settings(this.table.start);
		this.wish = { ...start, ...settings };
		if (verdict(this.table, this.wish).refusal) {
			// A preset may ask for what is refused: show where it starts, and the refusal beside it.
			this.settle(start);
			this.s.wish = settings;
		}
		this.ask({});
		if (lesson.position) this.turn({ position: lesson.position });
	}

	upload(label) {
		const input = node("input", { type: "file", accept: "image/*" });
		input.addEventListener("change", async () => {
			const [file] = input.files;
			input.value = "";
			if (file) this.say(await this.picture(file));
		});
		const row = this.field("picture", label, input);
		// The browser's own button speaks the browser's language: it lies unseen over this one.
		row.append(node("span", { className: "choose", ariaHidden: "true" }, this.t("picture_choose")));
		return row;
	}

	/* Shrink a picture to the grid, 0 (black) to 9; what happened, in words. */
	async picture(file) {
		if (file.size > LARGEST_FILE) return this.t("picture_huge", { size: Math.round(file.size / 1e6) });
		let bitmap;
		try {
			const width = this.x[0].length, height = this.x.length;
			bitmap = await createImageBitmap(file, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
			const canvas = node("canvas", { width, height }), pen = canvas.getContext("2d", { willReadFrequently: true });
			pen.drawImage(bitmap, 0, 0, width, height);
			this.paint(pen.getImageData(0, 0, width, height).data);
		} catch {
			return this.t("picture_none", { name: file.name });
		} finally {
			bitmap?.close();
		}
		return this.t("picture_taken", { name: file.name });
	}

	paint(bytes) {
		const pool = this.changed("input"), pixels = bytes[Symbol.iterator]();
		const next = () => pixels.next().value;
		this.x.forEach((row, r) => row.forEach((cell, c) => {
			const colours = [next(), next(), next()];
			next();
			const grey = 0.299 * colours[0] + 0.587 * colours[1] + 0.114 * colours[2];
			cell.forEach((_, k) => {
				const level = cell.length < 3 ? grey : colours[k] ?? grey;
				pool[r][c][k] = Math.round((9 * level) / 255);
			});
		}));
		this.turn({});
	}

	// The player

	buildPlayer() {
		const button = (name, act) => {
			const element = node("button", { type: "button", "data-name": name });
			this.name(element, name);
			element.addEventListener("click", act);
			return element;
		};
		this.playButton = button("play", () => (this.playing ? this.stop() : this.play()));
		const step = this.range("step", this.t("step"), () => this.stepNumber(), index => this.go(this.order[index]));
		const row = [
			button("back", () => this.step(-1)), this.playButton, button("forward", () => this.step(1)), step,
		];
		if (this.outputs > 1) {
			row.push(this.range("filter", this.t("filter"), () => this.at[2], f => this.go(this.at, f)));
		}
		row.push(this.range("speed", this.t("speed"), () => this.s.speed, speed => {
			this.turn({ speed }, false);
			if (this.playing) this.play();
		}));
		this.player.replaceChildren(...row);
		this.inputs.get("step").say = index => this.t("step_of", {
			step: index + 1, all: this.order.length, index: python(this.s.position),
		});
		this.showPlaying();
	}

	stepNumber() {
		const [r, c] = this.at;
		return this.order.findIndex(([i, j]) => i === r && j === c);
	}

	go([r, c], f = this.at[2]) {
		this.at = [r, c, f];
		this.s.position = this.indexOf(this.at);
		this.look = this.pinned = null;
		this.draw(true);
		this.push();
	}

	step(by) {
		const next = this.stepNumber() + by, all = this.order;
		this.go(all[next] ?? (by > 0 ? all[0] : all[all.length - 1]));
	}

	play() {
		clearInterval(this.playing);
		this.playing = setInterval(() => this.step(1), 1000 / this.s.speed);
		this.showPlaying();
	}

	stop() {
		clearInterval(this.playing);
		this.playing = null;
		if (this.playButton) this.showPlaying();
	}

	showPlaying() {
		this.name(this.playButton, this.playing ? "pause" : "play");
	}

	name(button, name) {
		button.title = this.t(name);
		button.setAttribute("aria-label", button.title);
		button.replaceChildren(icon(name));
	}

	// Pointing and keys

	cellOf(event) {
		const cell = event.target.closest?.(".cell");
		const grid = cell?.closest(".grid")?.grid;
		return grid ? { grid, at: cell.at } : null;
	}

	/* What a cell stands for; null where there is no number of a tensor. */
	meaning(grid, [r, c]) {
		const row = grid.rows[r], column = grid.columns[c];
		if (row === NONE || column === NONE || row === undefined || column === undefined) return null;
		return { ...grid.spec, r: row, c: column };
	}

	point(event) {
		const cell = this.cellOf(event);
		this.see(cell && this.meaning(cell.grid, cell.at));
	}

	see(look) {
		if (look === null && !this.look) return;
		this.look = look;
		this.light();
	}

	click(event) {
		const cell = this.cellOf(event);
		if (!cell) return;
		cell.grid.activate(...cell.at);
		this.pin(this.meaning(cell.grid, cell.at));
	}

	pin(look) {
		if (!look) return;
		if (look.kind === "output" || look.kind === "dy") this.go([look.r, look.c], look.channel);
		if (look.kind === "mid") {
			this.q = look.channel;
			this.go([look.r, look.c]);
		}
		if (look.kind !== "output") this.pinned = look;
		this.light();
		this.showEditor();
	}

	key(event) {
		const grid = event.target.grid;
		if (!grid) return;
		const [r, c] = grid.active, bottom = grid.height - 1, right = grid.width - 1;
		const moves = {
			ArrowUp: [r - 1, c], ArrowDown: [r + 1, c], ArrowLeft: [r, c - 1], ArrowRight: [r, c + 1],
			Home: [r, 0], End: [r, right], PageUp: [0, c], PageDown: [bottom, c],
		};
		const act = {
			Enter: () => { this.pin(this.meaning(grid, grid.active)); this.editor.querySelector("input")?.focus(); },
			" ": () => (this.playing ? this.stop() : this.play()),
			Escape: () => { this.pinned = null; this.see(null); this.light(); },
			",": () => this.step(-1), ".": () => this.step(1),
		};
		if (moves[event.key]) {
			const [row, column] = moves[event.key];
			grid.activate(Math.max(0, Math.min(row, bottom)), Math.max(0, Math.min(column, right)));
			const look = this.meaning(grid, grid.active);
			if (look?.kind === "output") this.go([look.r, look.c], look.channel);
			else this.see(look);
		} else if (act[event.key]) act[event.key]();
		else return;
		event.preventDefault();
		event.stopPropagation();
	}

	// The editor of one number

	buildEditor() {
		const input = node("input", { type: "number", step: "any" });
		input.addEventListener("change", () => this.edit(input));
		input.addEventListener("keydown", event => {
			if (event.key === "Escape" || event.key === "Enter") {
				if (event.key === "Enter") this.edit(input);
				this.grids.get(this.pinned?.id)?.body.focus();
				event.preventDefault();
			}
		});
		this.editor.replaceChildren(this.field("cell", "", input));
		this.editor.name = this.editor.querySelector("span");
		this.showEditor();
	}

	/* Where a number is kept, as [the list that holds it, its index there]; none if it is computed. */
	home({ kind, r, c, channel, a, b }) {
		const pool = this.values[this.table.rank];
		if (kind === "input") return [pool.input[r][c], channel];
		if (kind === "pointwise") return [pool.pointwise[r], c];
		if (kind === "bias") return [pool.bias, c];
		if (kind !== "kernel") return null;
		const along = (list, count) => (this.s.true_convolution ? list.slice(0, count).reverse() : list);
		const taps = along(pool.kernel, this.kernels[0].length)[r];
		return [along(taps, this.kernels[0][0].length)[c][a], b];
	}

	nameOf({ kind, r, c, channel, a, b }) {
		const line = this.table.rank === 1;
		const letter = { input: "x", dy: "∂L/∂a", mid: "u" }[kind];
		if (letter) return `${letter}[${this.indexOf([r, c, channel]).join(", ")}]`;
		if (kind === "pointwise") return `p[0, 0, ${r}, ${c}]`;
		if (kind === "bias") return `b[${c}]`;
		return `w[${(line ? [c, a, b] : [r, c, a, b]).join(", ")}]`;
	}

	showEditor() {
		const look = this.pinned, input = this.inputs.get("cell");
		const own = look?.kind === "dy" && this.s.gradient === "own";
		const home = look && this.home(look);
		this.editor.classList.toggle("idle", !home && !own);
		input.disabled = !home && !own;
		setText(this.editor.name, home || own ? this.t("edit", { name: this.nameOf(look) }) : this.t("edit_none"));
		const value = own ? this.outputGradient()[look.r][look.c][look.channel] : home ? home[0][home[1]] : "";
		if (document.activeElement !== input || !home) input.value = value;
	}

	edit(input) {
		const look = this.pinned, value = input.valueAsNumber;
		if (!look) return;
		if (!Number.isFinite(value) || Math.abs(value) > LARGEST_NUMBER) {
			this.say(this.t("edit_refused", { most: LARGEST_NUMBER }));
			return this.showEditor();
		}
		if (look.kind === "dy") {
			const own = { ...this.s.own, [keyOf(this.indexOf([look.r, look.c, look.channel]))]: value };
			this.turn({ own });
		} else {
			this.changed("input");
			const [list, index] = this.home(look);
			list[index] = value;
			this.turn({});
		}
		this.pinned = look;
		this.light();
		this.showEditor();
	}

	say(words) {
		this.sentence.textContent = words;
		this.live.textContent = words;
		this.said = true;
	}

	// Drawing

	draw(moved = false) {
		if (this.drawnFor !== this.frame) this.rebuildControls();
		this.g = this.s.gradient === "off" ? null : this.gradients();
		this.placeGrids();
		if (!this.dial.hidden) this.findWays();
		this.refreshControls();
		this.light();
		this.expose();
		this.showRefusal();
		if (moved) return;
		this.showCarried();
		setText(this.caption, this.s.preset ? this.t(`caption_${this.s.preset}`) : "");
		this.showFormula();
		this.showDial();
		this.showEditor();
	}

	/* Panels of grids, each with what stands in its rows and columns. */
	pictures() {
		const { links } = this.found, [rows, columns] = this.axes, [r, c, f] = this.at, g = this.g;
		const all = list => list.map((_, index) => index);
		const stretched = !this.table.transposed || this.s.view === "zeros";
		const q = links.length > 1 ? this.q : f;
		const turned = this.table.transposed && this.s.view === "zeros" ? list => list.reverse() : list => list;
		const taps = [turned(all(this.kernels[0])), turned(all(this.kernels[0][0]))];
		const inputs = stretched ? [rows.places, columns.places] : [all(this.x), all(this.x[0])];
		const full = axis => [...axis.slots, ...all(axis.sources).filter(o => !axis.slots.includes(o))];
		const outputs = stretched ? [all(this.a), all(this.a[0])] : [full(rows), full(columns)];
		const panels = [], channel = (tensor, k) => (i, j) => tensor[i][j][k];
		const panel = (kind, grids) => panels.push({ kind, grids });
		const grid = (kind, number, [gridRows, gridColumns], value, words = {}, more = {}) => ({
			id: `${kind}${number}`, kind, channel: number, rows: gridRows, columns: gridColumns, value,
			title: this.t(`grid_${kind}`, { channel: number, ...words }), ...more,
		});
		panel("input", [
			...this.x[0][0].map((_, k) => grid("input", k, inputs, channel(this.x, k))),
			...(g ? this.x[0][0].map((_, k) => grid("dx", k, inputs, channel(g.dx, k))) : []),
		]);
		panel("kernel", links[0].of[q].flatMap(([k, a, b]) => [
			grid("kernel", k, taps, (i, j) => this.kernels[0][i][j][a][b], { a, b }, { a, b }),
			...(g ? [grid("dw", k, taps, (i, j) => g.kernels[0][i][j][a][b], { a, b }, { a, b })] : []),
		]));
		panel("product", links[0].of[q].map(([k, a, b]) => grid("product", k, taps, (i, j) => {
			const row = rows.sources[r][i], column = columns.sources[c][j];
			if (row !== NONE && column !== NONE) return this.x[row][column][k] * this.kernels[0][i][j][a][b];
			return stretched ? 0 : null;
		}, {}, { a, b })));
		if (links.length > 1) {
			const [[points]] = this.kernels[1];
			panel("mid", this.u[0][0].map((_, k) => grid("mid", k, [all(this.u), all(this.u[0])], channel(this.u, k))));
			panel("pointwise", [
				grid("pointwise", 0, [all(points), all(this.bias)], (i, j) => points[i][j]),
				...(g ? [grid("dp", 0, [all(points), all(this.bias)], (i, j) => g.kernels[1][0][0][i][j])] : []),
				grid("mixed", f, [all(points), [0]], i => this.u[r][c][i] * points[i][f]),
			]);
		}
		panel("output", [
			...this.bias.map((_, k) => grid("output", k, outputs, channel(this.a, k))),
			...(g ? this.bias.map((_, k) => grid("dy", k, outputs, channel(g.dy, k))) : []),
			...(this.s.use_bias ? [grid("bias", 0, [[0], all(this.bias)], (_, k) => this.bias[k])] : []),
			...(g && this.s.use_bias ? [grid("db", 0, [[0], all(this.bias)], (_, k) => g.dbias[k])] : []),
		]);
		return panels;
	}

	placeGrids() {
		const panels = this.pictures(), kinds = new Set(panels.map(({ kind }) => kind));
		for (const [kind, panel] of Object.entries(this.panels)) if (!kinds.has(kind)) panel.remove();
		const used = new Set();
		for (const { kind, grids } of panels) {
			const panel = (this.panels[kind] ??= node("section", { className: `panel ${kind}` }, node("h4"), node("div", { className: "grids" })));
			const [heading, host] = panel.children;
			const title = this.t(`panel_${kind}`);
			setText(heading, title);
			if (panel.parentNode !== this.stage) {
				this.stage.append(panel);
				this.unsorted = true;
			}
			grids.forEach((spec, index) => {
				used.add(spec.id);
				const grid = this.grids.get(spec.id) ?? new Grid();
				this.grids.set(spec.id, grid);
				if (host.children[index] !== grid.figure) host.insertBefore(grid.figure, host.children[index] ?? null);
				this.fillGrid(grid, spec);
			});
		}
		for (const [id, grid] of this.grids) if (!used.has(id)) grid.figure.remove();
		if (this.unsorted) this.stage.append(...panels.map(({ kind }) => this.panels[kind]));
		this.unsorted = false;
	}

	fillGrid(grid, spec) {
		grid.spec = spec;
		const { rows, columns } = spec, inside = place => place !== NONE;
		if (grid.caption.textContent !== spec.title) {
			grid.caption.textContent = spec.title;
			grid.body.setAttribute("aria-label", spec.title);
			grid.figure.className = spec.kind;
		}
		grid.shape(rows, columns);
		const values = rows.map(i => columns.map(j => (i === NONE || j === NONE ? undefined : spec.value(i, j))));
		let largest = 0;
		for (const value of values.flat()) if (Math.abs(value) > largest && value < Infinity) largest = Math.abs(value);
		const padded = ["input", "dx"].includes(spec.kind);
		const [[top, bottom], [left, right]] = [rows, columns].map(list => [list.findIndex(inside), list.findLastIndex(inside)]);
		values.forEach((line, r) => line.forEach((value, c) => {
			if (value !== undefined) return grid.set(r, c, value ?? 0, value === null ? "none" : "value", largest);
			const between = r >= top && r <= bottom && c >= left && c <= right;
			grid.set(r, c, 0, padded ? (between ? "gap" : "pad") : "crop", 0);
		}));
	}

	// Lighting

	light() {
		const look = this.look ?? this.pinned;
		const lit = new Map();
		const put = (id, r, c, name) => {
			const grid = this.grids.get(id);
			if (!grid || r === NONE || c === NONE) return;
			if (!lit.has(grid)) lit.set(grid, []);
			lit.get(grid).push([r, c, name]);
		};
		const find = (id, r, c, name) => {
			const grid = this.grids.get(id);
			if (grid) put(id, grid.rows.indexOf(r), grid.columns.indexOf(c), name);
		};
		const at = look?.kind === "output" ? [look.r, look.c, look.channel] : this.at;
		if (look && ["input", "kernel", "pointwise"].includes(look.kind)) this.lightUses(look, put, find);
		else this.lightOutput(at, put, find);
		if (look) find(look.id, look.r, look.c, "here");
		if (this.pinned) find(this.pinned.id, this.pinned.r, this.pinned.c, "pinned");
		for (const grid of this.grids.values()) grid.remark(lit.get(grid));
		this.showSums(at, look);
	}

	/* The line of cells in which a tap of an output stands. */
	tapLine(axis, output, tap) {
		const stretched = !this.table.transposed || this.s.view === "zeros";
		return stretched ? axis.taps[output][tap] : axis.sources[output][tap];
	}

	lightOutput([r, c, f], put, find) {
		const [rows, columns] = this.axes, { links } = this.found;
		const q = links.length > 1 ? this.q : f;
		for (const [k] of links[0].of[q]) {
			rows.sources[r].forEach((_, i) => columns.sources[c].forEach((_, j) => {
				const row = this.tapLine(rows, r, i), column = this.tapLine(columns, c, j);
				if (row === NONE || column === NONE) return;
				put(`input${k}`, row, column, "lit");
				find(`kernel${k}`, i, j, "used");
			}));
		}
		if (links.length > 1) {
			links[1].of[f].forEach(([k, a, b]) => {
				put(`mid${k}`, r, c, k === this.q ? "lit" : "used");
				put("pointwise0", a, b, "used");
			});
		}
		find(`output${f}`, r, c, "here");
		put("bias0", 0, f, "used");
	}

	/* An input, and the outputs that it feeds; a weight, and all the places where it is used. */
	lightUses(look, put, find) {
		this.fed = new Set();
		const feed = (r, c, f) => {
			const key = keyOf([r, c, f]);
			if (!this.fed.has(key)) find(`output${f}`, r, c, "fed");
			this.fed.add(key);
		};
		if (look.kind === "pointwise") {
			this.order.forEach(([r, c]) => {
				put(`mid${look.r}`, r, c, "lit");
				feed(r, c, look.c);
			});
			return;
		}
		const [rows, columns] = this.axes, { links } = this.found;
		links[0].of.forEach((met, q) => met.forEach(([k, a, b]) => {
			const mine = look.kind === "input" ? k === look.channel : a === look.a && b === look.b;
			if (!mine) return;
			this.order.forEach(([r, c]) => rows.sources[r].forEach((row, i) => columns.sources[c].forEach((column, j) => {
				const touches = look.kind === "input" ? row === look.r && column === look.c : i === look.r && j === look.c;
				if (!touches) return;
				if (look.kind === "kernel") {
					if (this.tapLine(rows, r, i) === NONE || this.tapLine(columns, c, j) === NONE) return;
					put(`input${k}`, this.tapLine(rows, r, i), this.tapLine(columns, c, j), "lit");
				}
				if (links.length > 1) {
					put(`mid${q}`, r, c, "fed");
					links[1].of.forEach((from, f) => from.some(([one]) => one === q) && feed(r, c, f));
				} else feed(r, c, q);
			})));
		}));
		if (look.kind === "input" && this.table.transposed && this.s.view === "scatter") {
			rows.stamps[look.r].forEach(row => columns.stamps[look.c].forEach(column => {
				for (const [k] of this.grids) if (k.startsWith("output")) put(k, row, column, "fed");
			}));
		}
	}

	// Words under the picture

	/* z = Σ x·w + b and a = g(z), every term with its sign. */
	showSums(at, look) {
		const [r, c, f] = at, s = this.s;
		const product = ([x, w]) => `${factor(x)}·${factor(w)}`;
		const line = (pairs, name, value, bias) => {
			const terms = pairs.length ? pairs.map(product).join(" + ") : "0";
			const added = bias === null ? "" : ` + ${factor(bias)}`;
			return `${name} = ${terms}${added} = ${shown(value)}`;
		};
		const z = line(this.terms(at), this.t("z", { index: this.indexOf(at).join(", ") }), this.z[r][c][f], s.use_bias ? this.bias[f] : null);
		const a = `a = ${s.activation}(${shown(this.z[r][c][f])}) = ${shown(this.a[r][c][f])}`;
		const texts = [z, a];
		if (this.lastStage > 0) {
			texts.unshift(line(this.terms([r, c, this.q], 0), `u[${this.indexOf([r, c, this.q]).join(", ")}]`, this.u[r][c][this.q], null));
		}
		setTexts(this.sums, "div", texts);
		let words = "";
		if (look && ["input", "kernel", "pointwise"].includes(look.kind)) {
			words = this.t(look.kind === "input" ? "feeds" : "used_at", { name: this.nameOf(look), count: this.fed.size });
		}
		if (!this.said || look) setText(this.sentence, words);
		if (look) this.said = false;
		const spoken = words || `${z}; ${a}`;
		if (!this.playing && !this.said && this.live.textContent !== spoken) {
			clearTimeout(this.speaking);
			this.speaking = setTimeout(() => { this.live.textContent = spoken; }, 150);
		}
	}

	showRefusal() {
		const refused = this.refused?.refusal;
		const key = refused ? `${this.s.language} ${JSON.stringify(this.wish)}` : "";
		if (this.alertFor === key) return;
		this.alertFor = key;
		if (!refused) {
			this.alert.replaceChildren();
			return;
		}
		const words = this.text(`errors.${refused.code}`, { ...refused.with, axisIndex: this.refused.axis });
		const ways = mended(this.table, this.wish, this.refused).map(way => {
			const different = Object.keys(way).filter(name => keyOf([way[name]]) !== keyOf([this.wish[name]]));
			const button = node("button", { type: "button" }, different.map(name => `${name}=${python(way[name])}`).join(", "));
			button.addEventListener("click", () => this.ask(way));
			return button;
		});
		this.alert.replaceChildren(node("p", {}, words), node("div", { className: "ways" }, ...ways));
	}

	/* What the layer could not keep of the one before. */
	showCarried() {
		const { layer, carried } = this.s;
		const list = Object.entries(carried).map(([name, before]) => this.t("carried_one", {
			name, before: python(before), after: python(this.s[name]),
		}));
		setText(this.notice, list.length ? this.t("carried", { layer, changes: { list } }) : "");
	}

	buildFoot() {
		this.shapes = node("p", { className: "shapes" });
		this.formula = node("div", { className: "formula" });
		this.code = node("code", { tabIndex: 0 });
		const copy = node("button", { type: "button", "data-name": "copy" }, this.t("copy"));
		copy.addEventListener("click", () => this.copy(copy));
		const heading = key => node("span", { className: "subtitle", role: "heading", "aria-level": 4 }, this.t(key));
		this.foot.replaceChildren(
			node("section", {}, heading("formula"), this.shapes, this.formula),
			node("section", {}, heading("code"), node("pre", {}, this.code), copy),
		);
	}

	copy(button) {
		const done = () => { button.textContent = this.t("copied"); };
		const selected = () => {
			getSelection().selectAllChildren(this.code);
			if (document.execCommand("copy")) done();
		};
		if (navigator.clipboard) navigator.clipboard.writeText(this.code.innerText).then(done, selected);
		else selected();
	}

	showFormula() {
		const s = this.s, table = this.table;
		const offset = table.rank === 1 ? 1 : 0;
		const texts = s.sizes.flatMap((n, axis) => {
			const { out, before, after, span, tail, full } = this.axes[axis + offset];
			const op = s.output_padding === undefined || s.output_padding === null ? null : s.output_padding[axis];
			const words = {
				axis: this.axisName(axis), n, k: s.kernel_size[axis], d: s.dilation_rate[axis], s: s.strides[axis],
				e: span, out, before, after, tail, full, op,
			};
			const kind = table.transposed ? `transposed_${s.padding}_${op === null ? "none" : "given"}` : s.padding;
			const keys = ["formula_span", `formula_${kind}`];
			if (table.transposed) keys.push("formula_crops");
			else if (before || after) keys.push("formula_pads");
			if (tail) keys.push("formula_tail");
			return [words.axis, ...keys.map(key => this.t(key, words))];
		});
		const code = table.arguments.map(name => `    ${name}=${python(s[name])},`);
		setTexts(this.code, "span", [`keras.layers.${s.layer}(`, ...code, ")"]);
		const axes = s.sizes.map((_, axis) => this.axisName(axis));
		setTexts(this.formula, "p", texts);
		for (const line of this.formula.children) line.classList.toggle("axis", axes.includes(line.textContent));
		setText(this.shapes, this.t("shapes", {
			input: python(this.shapeOf(this.x)), output: python(this.shapeOf(this.a)), parameters: grouped(flat(this.weights()).length),
		}));
	}

	// The dial from one group to depthwise + pointwise

	buildDial() {
		this.ways = [];
		const fits = this.tables.Conv2D && this.tables.SeparableConv2D && ["Conv2D", "SeparableConv2D"].includes(this.s.layer);
		this.dial.hidden = !fits;
		this.dial.replaceChildren();
		if (!fits) return;
		this.findWays();
		const slider = this.range("dial", this.t("dial"), () => this.dialNumber(), index => this.turnDial(index));
		this.inputs.get("dial").say = index => this.wayName(this.ways[index]);
		this.bars = node("tbody");
		const head = ["dial_way", "dial_parameters", "dial_products"].map(key => node("th", { scope: "col" }, this.t(key)));
		this.dial.append(slider, node("table", {}, node("thead", {}, node("tr", {}, ...head)), this.bars));
	}

	/* The numbers of groups that the layer takes, and after them the separable layer. */
	findWays() {
		const s = this.s, { Conv2D, SeparableConv2D } = this.tables;
		const [, most] = Conv2D.ranges.groups;
		this.ways = [];
		for (let groups = 1; groups <= most; groups++) {
			const links = Conv2D.links.stages[0][keyOf([s.channels, s.filters, groups])];
			if (links) this.ways.push({ layer: "Conv2D", groups, links: [links] });
		}
		const by = SeparableConv2D.links.by.map(name => ({ ...s, depth_multiplier: s.depth_multiplier ?? 1 })[name]);
		const links = SeparableConv2D.links.stages.map(stage => stage[keyOf(by)]);
		if (links.every(Boolean)) this.ways.push({ layer: "SeparableConv2D", links });
	}

	wayName(way) {
		return way ? this.t(way.groups ? "dial_groups" : "dial_separable", way) : "";
	}

	dialNumber() {
		const now = this.ways.findIndex(way => way.layer === this.s.layer && (!way.groups || way.groups === this.s.groups));
		return Math.max(now, 0);
	}

	turnDial(index) {
		const { layer, groups } = this.ways[index];
		const changes = groups ? { groups } : { depth_multiplier: 1 };
		if (layer === this.s.layer) this.ask(changes);
		else this.choose(layer, changes);
	}

	showDial() {
		if (this.dial.hidden) return;
		const s = this.s, taps = this.kernels[0].length * this.kernels[0][0].length;
		const count = ({ links }) => {
			const weights = links.map(({ kernel: [a, b] }, stage) => a * b * (stage ? 1 : taps));
			const products = links.map(({ of }, stage) => of.flat().length * (stage ? 1 : taps));
			const total = list => list.reduce((sum, one) => sum + one, 0);
			return [total(weights) + (s.use_bias ? s.filters : 0), total(products) * this.order.length];
		};
		const counts = this.ways.map(count), now = this.dialNumber();
		const most = Math.max(...counts.map(([, products]) => products));
		const make = () => node("tr", {}, node("th", { scope: "row" }), node("td"),
			node("td", {}, node("span", { className: "bar" }), node("span")));
		children(this.bars, counts.length, make).forEach((row, index) => {
			const [way, parameters, products] = row.children, [bar, number] = products.children;
			setText(way, this.wayName(this.ways[index]));
			setText(parameters, grouped(counts[index][0]));
			setText(number, grouped(counts[index][1]));
			bar.style.setProperty("--share", counts[index][1] / most);
			row.ariaCurrent = index === now ? "true" : null;
		});
	}
}

function render({ model, el }) {
	const view = new View(model, el);
	return () => view.destroy();
}

export default { render };
