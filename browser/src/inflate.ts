/* Bytes that Python has deflated and written in base64. */

export const bytesIn = (text: string): Uint8Array<ArrayBuffer> =>
	Uint8Array.from(atob(text), sign => sign.charCodeAt(0));

export const inflated = (text: string): Response =>
	new Response(new Blob([bytesIn(text)]).stream().pipeThrough(new DecompressionStream("deflate")));
