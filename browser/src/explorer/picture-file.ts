/* A picture of the reader's own, shrunk to the grid. */

import type { Nested } from "../contract";
import type { Control, Label } from "../parts/controls";
import { bytesOf, fileField } from "../parts/picture";
import type { Words } from "../words";
import type { Session } from "./session";

const LARGEST_FILE = 10e6,
	WHITE = 9;
const GREY = [0.299, 0.587, 0.114];

export function upload(
	label: Label,
	choose: string,
	session: Session,
	words: Words,
	say: (text: string) => void,
): Control {
	return fileField(label, choose, async file => say(await taken(file, session, words)));
}

/** Fill the input with a picture, 0 (black) to 9; what happened, in words. */
async function taken(file: File, session: Session, words: Words): Promise<string> {
	const t = (key: string, more: Record<string, string | number>): string => words.text(`explorer.${key}`, more);
	if (file.size > LARGEST_FILE) return t("picture_huge", { size: Math.round(file.size / 1e6) });
	const [height = 1, width = 1, channels = 1] = session.scene.x.shape;
	let bitmap: ImageBitmap | undefined;
	try {
		bitmap = await createImageBitmap(file, { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
		const block = levels(bytesOf(bitmap, width, height), height, width, channels);
		session.fill("input", { ...session.pools.input, block });
	} catch {
		return t("picture_none", { name: file.name });
	} finally {
		bitmap?.close();
	}
	return t("picture_taken", { name: file.name });
}

function levels(bytes: Uint8ClampedArray, height: number, width: number, channels: number): Nested {
	const list = (count: number, make: (index: number) => Nested): Nested =>
		Array.from({ length: count }, (_, index) => make(index));
	return list(height, r =>
		list(width, c => {
			const colours = bytes.subarray(4 * (r * width + c), 4 * (r * width + c) + 3);
			const grey = GREY.reduce((sum, share, k) => sum + share * colours[k], 0);
			return list(channels, k => Math.round((WHITE * (channels < 3 ? grey : (colours[k] ?? grey))) / 255));
		}),
	);
}
