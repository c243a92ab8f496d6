/* PyTorch beside Keras: its symmetric padding over "same", and the code of both. */

import { type Axis, symmetric } from "../axes";
import { python } from "../format";
import type { Mark } from "../parts/grid";
import { forward } from "../sums";
import type { Words } from "../words";
import type { Beside } from "./panels";
import type { Session } from "./session";

/** Whether there is a symmetric padding to compare with. */
export const symmetryHolds = ({ s, layer }: Session): boolean => s.padding === "same" && !layer.transposed;

export interface Symmetry {
	/** How far PyTorch's zeros reach further than Keras', before and after, along both directions. */
	readonly beside: readonly [Beside, Beside];
	/** How many cells earlier PyTorch's window lies along both directions. */
	readonly earlier: readonly [number, number];
	/** The outputs that differ, as [row, column, channel]; null where no pad gives this size. */
	readonly differing: readonly (readonly [number, number, number])[] | null;
	readonly words: string;
}

const NOTHING: Symmetry = {
	beside: [
		[0, 0],
		[0, 0],
	],
	earlier: [0, 0],
	differing: null,
	words: "",
};

export function symmetryOf(session: Session, words: Words): Symmetry {
	if (!session.s.pytorch || !symmetryHolds(session)) return NOTHING;
	const { rules } = session.records,
		{ scene } = session;
	const found = scene.axes.map(axis => symmetric(rules, axis));
	const pads = python((session.rank === 1 ? found.slice(1) : found).map(one => one.pad));
	const failed = found.findIndex(one => !one.axis);
	if (failed >= 0) {
		const { pad, out } = found[failed],
			wanted = scene.axes[failed].out;
		const axis = words.axis(session.rank === 1 ? 0 : failed);
		return {
			...NOTHING,
			words: words.text("explorer.pytorch_none", { pad, out, wanted, less: Math.max(pad - 1, 0), axis }),
		};
	}
	const axes = found.map((one, index) => one.axis ?? scene.axes[index]) as [Axis, Axis];
	const sum = forward(axes, scene.links[0], scene.x, scene.kernels[0]),
		differing: [number, number, number][] = [];
	const [, columns = 1, filters = 1] = sum.shape;
	sum.data.forEach((value, index) => {
		if (Math.abs(value - scene.u.data[index]) > 1e-9)
			differing.push([Math.floor(index / filters / columns), Math.floor(index / filters) % columns, index % filters]);
	});
	const before = axes.map((axis, index) => axis.numbers.p0 - scene.axes[index].numbers.p0);
	const after = axes.map((axis, index) => Math.max(axis.numbers.p1 - scene.axes[index].numbers.p1, 0));
	const key = before.some(Boolean) ? "pytorch_shifted" : "pytorch_equal";
	return {
		beside: [
			[before[0], after[0]],
			[before[1], after[1]],
		],
		earlier: [before[0], before[1]],
		differing,
		words: words.text(`explorer.${key}`, { pads, differ: differing.length, all: sum.data.length }),
	};
}

/** Mark PyTorch's window, and the outputs that differ. */
export function markSymmetry(
	session: Session,
	{ differing, beside, earlier }: Symmetry,
	put: (id: string, mark: Mark) => void,
): void {
	const { axes, links } = session.scene,
		[r, c] = session.at;
	for (const [row, column, f] of differing ?? [])
		put(`${links.length > 1 ? "mid" : "output"}${f}`, [row, column, "differs"]);
	for (const [k] of differing ? links[0].of[session.met] : []) {
		for (const row of axes[0].taps[r]) {
			for (const column of axes[1].taps[c])
				put(`input${k}`, [row + beside[0][0] - earlier[0], column + beside[1][0] - earlier[1], "torch"]);
		}
	}
}

// Code

const joined = (name: string, list: readonly string[]): string[] => [
	`${name}(`,
	...list.map(one => `    ${one},`),
	")",
];

export function kerasCode({ s, layer }: Session): string[] {
	return joined(
		`keras.layers.${s.layer}`,
		layer.arguments.map(name => `${name}=${python(s[name])}`),
	);
}

/** The activations that PyTorch has as a module; of the others only the name in Keras is told. */
const MODULES: Record<string, string> = {
	relu: "ReLU()",
	relu6: "ReLU6()",
	leaky_relu: "LeakyReLU(0.2)",
	elu: "ELU()",
	celu: "CELU()",
	selu: "SELU()",
	gelu: "GELU()",
	glu: "GLU(dim=1)",
	silu: "SiLU()",
	softplus: "Softplus()",
	softsign: "Softsign()",
	tanh: "Tanh()",
	tanh_shrink: "Tanhshrink()",
	sigmoid: "Sigmoid()",
	hard_sigmoid: "Hardsigmoid()",
	hard_silu: "Hardswish()",
	hard_tanh: "Hardtanh()",
	hard_shrink: "Hardshrink()",
	soft_shrink: "Softshrink()",
	mish: "Mish()",
	log_sigmoid: "LogSigmoid()",
	softmax: "Softmax(dim=1)",
	log_softmax: "LogSoftmax(dim=1)",
};

/** The same layer for inputs in PyTorch's order, channels first. */
export function torchCode(session: Session): string[] {
	const { s, scene, layer, rank } = session,
		parts: string[] = [];
	const own = scene.axes.slice(rank === 1 ? 1 : 0),
		list = (name: string): unknown => s[name];
	const kernelOf = (values: unknown): string => python(values);
	const numbers = own.map(axis => axis.numbers),
		even = numbers.every(({ p0, p1 }) => p0 === p1);
	const channels = s.channels as number,
		filters = scene.u.shape[2],
		groups =
			s.layer === "DepthwiseConv2D" || s.layer === "SeparableConv2D"
				? channels
				: ((s.groups as number | undefined) ?? 1);
	const shared = [`stride=${kernelOf(list("strides"))}`, `dilation=${kernelOf(list("dilation_rate"))}`];
	const last = scene.links.length === 1,
		bias = (flag: boolean): string => `bias=${python(flag)}`;
	if (layer.transposed) {
		parts.push(
			`nn.ConvTranspose2d(${channels}, ${filters}, ${kernelOf(s.kernel_size)}, ${[...shared, ...extended(numbers), bias(s.use_bias as boolean)].join(", ")})`,
		);
		parts.push(...cropped(numbers));
	} else {
		// PyTorch pads the last direction first.
		if (!even) parts.push(`nn.ZeroPad${rank}d(${python([...numbers].reverse().flatMap(({ p0, p1 }) => [p0, p1]))})`);
		const padding = even && numbers.some(({ p0 }) => p0) ? [`padding=${python(numbers.map(({ p0 }) => p0))}`] : [];
		const more = groups > 1 ? [`groups=${groups}`] : [];
		parts.push(
			`nn.Conv${rank}d(${channels}, ${filters}, ${kernelOf(s.kernel_size)}, ${[...shared, ...padding, ...more, bias(last && (s.use_bias as boolean))].join(", ")})`,
		);
	}
	if (!last) parts.push(`nn.Conv2d(${filters}, ${scene.z.shape[2]}, (1, 1), ${bias(s.use_bias as boolean)})`);
	if (s.activation !== "linear")
		parts.push(
			MODULES[s.activation as string] ? `nn.${MODULES[s.activation as string]}` : `# keras.activations.${s.activation}`,
		);
	return parts.length === 1 ? [parts[0]] : joined("nn.Sequential", parts).map(line => line.replace(/(# .*),$/, "$1"));
}

/** What a transposed layer's output has beyond its stamps: zeros would come after the bias. */
function extended(numbers: readonly Axis["numbers"][]): string[] {
	const more = numbers.map(({ c1 }) => Math.max(-c1, 0));
	return more.some(Boolean) ? [`output_padding=${python(more)}`] : [];
}

/** A transposed layer's crops as negative padding. */
function cropped(numbers: readonly Axis["numbers"][]): string[] {
	const crops = [...numbers].reverse().flatMap(({ c0, c1 }) => [-c0, -Math.max(c1, 0)]);
	return crops.some(Boolean) ? [`nn.ZeroPad2d(${python(crops.map(one => one || 0))})`] : [];
}
