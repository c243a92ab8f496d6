/* The reader's own pictures: from a file or the camera, shrunk, and never sent anywhere. */

import { bytesOf } from "../parts/picture";
import { ofLevels, type Pixels } from "./pixels";

const LARGEST_SIDE = 600,
	MOST_PIXELS = 64e6;

function shrunk(source: CanvasImageSource, width: number, height: number, white: number): Pixels {
	const share = Math.min(1, LARGEST_SIDE / Math.max(width, height));
	const [w, h] = [width, height].map(size => Math.max(1, Math.round(size * share)));
	return ofLevels(bytesOf(source, w, h), h, w, white);
}

export const ofVideo = (video: HTMLVideoElement, white: number): Pixels =>
	shrunk(video, video.videoWidth, video.videoHeight, white);

/** A picture, or of how many megapixels one is that is too large; rejected where the file is none. */
export async function ofFile(file: File, white: number): Promise<Pixels | number> {
	const address = URL.createObjectURL(file);
	try {
		const image = await loaded(address),
			{ naturalWidth: width, naturalHeight: height } = image;
		// Its size is known before its dots are: what is too large is never unpacked.
		if (width * height > MOST_PIXELS) return Math.round((width * height) / 1e6);
		if (!width) throw new Error();
		return shrunk(image, width, height, white);
	} finally {
		URL.revokeObjectURL(address);
	}
}

const loaded = (address: string): Promise<HTMLImageElement> =>
	new Promise((done, failed) => {
		const image = new Image();
		image.onload = () => done(image);
		image.onerror = failed;
		image.src = address;
	});
