/* A picture of the reader's own as an input: its greys or colours, at the input's size. */

import { bytesOf, Unusable, withImage } from "../parts/picture";
import { type Tensor, zeros } from "../tensor";
import { pictureShape } from "./input";
import type { Session } from "./session";

export interface Own {
	/** What there is to say. */
	readonly key: string;
	readonly more?: Readonly<Record<string, number>>;
	readonly picture?: Tensor;
}

export async function ownPicture(session: Session, file: File): Promise<Own> {
	try {
		return await withImage(file, image => read(session, image));
	} catch (error) {
		const { code, megapixels } = error instanceof Unusable ? error : new Unusable("picture_none");
		return { key: code, more: { size: megapixels } };
	}
}

function read({ given, layers }: Session, image: CanvasImageSource): Own {
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
