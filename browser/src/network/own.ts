/* A picture of the reader's own as an input: a drawing where there is a pad, else its greys or colours. */

import { bytesOf, Unusable, withImage } from "../parts/picture";
import { type Tensor, zeros } from "../tensor";
import { normalised } from "./bitmap";
import { pictureShape } from "./input";
import { inkOfPicture } from "./scan";
import type { Session } from "./session";

export interface Own {
	/** What there is to say. */
	readonly key: string;
	readonly more?: Readonly<Record<string, number>>;
	readonly bits?: Uint8Array | null;
	readonly picture?: Tensor;
}

export async function ownPicture(session: Session, file: File): Promise<Own> {
	try {
		return await withImage(file, (image, width, height) => read(session, image, height, width));
	} catch (error) {
		const { code, megapixels } = error instanceof Unusable ? error : new Unusable("picture_none");
		return { key: code, more: { size: megapixels } };
	}
}

/** A writing is looked at with so many dots along its longer side. */
const FINE = 256;

function read(session: Session, image: CanvasImageSource, height: number, width: number): Own {
	const { padShape, given, layers } = session;
	if (padShape) {
		const share = Math.min(1, FINE / Math.max(height, width)),
			[rows, columns] = [height, width].map(size => Math.max(1, Math.round(size * share)));
		const ink = inkOfPicture(bytesOf(image, columns, rows), rows, columns),
			bits = ink && normalised(ink, ...padShape);
		return bits ? { key: "own_taken", bits } : { key: "own_empty" };
	}
	const [rows, columns, planes] = pictureShape(layers[0]),
		bytes = bytesOf(image, columns, rows),
		picture = zeros([rows, columns, planes]);
	for (let place = 0; place < rows * columns; place++)
		for (let k = 0; k < planes; k++)
			picture.data[place * planes + k] = (given.white * levelAt(bytes, place, k, planes)) / 255;
	return { key: "own_taken", picture };
}

/** A colour, or the grey of all. */
const levelAt = (bytes: Uint8ClampedArray, place: number, k: number, planes: number): number =>
	planes === 3 ? bytes[4 * place + k] : (bytes[4 * place] + bytes[4 * place + 1] + bytes[4 * place + 2]) / 3;
