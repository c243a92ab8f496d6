/* A term is explained where it first stands: by pointing, by focus, by touch. */

export function terms(): void {}
