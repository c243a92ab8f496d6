import type { Tensor } from "./tensor";
export function activate(name: string, z: Tensor, along: number): Tensor {
	void along;
	return name === "relu" ? { ...z, data: z.data.map(v => Math.max(v, 0)) } : { ...z, data: z.data.slice() };
}
export function slope(name: string, z: Tensor, a: Tensor, dy: Tensor, along: number): Tensor {
	void along; void a;
	return name === "relu" ? { ...z, data: dy.data.map((v, i) => (z.data[i] > 0 ? v : 0)) } : { ...z, data: dy.data.slice() };
}
