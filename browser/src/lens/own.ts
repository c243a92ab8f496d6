/* The reader's own pictures: from a file or the camera, shrunk, and never sent anywhere. */

import { bytesOf, withImage } from "../parts/picture";
import { ofLevels, type Pixels } from "./pixels";

const LARGEST_SIDE = 600;

function shrunk(source: CanvasImageSource, width: number, height: number, white: number): Pixels {
	const share = Math.min(1, LARGEST_SIDE / Math.max(width, height));
	const [w, h] = [width, height].map(size => Math.max(1, Math.round(size * share)));
	return ofLevels(bytesOf(source, w, h), h, w, white);
}

export const ofVideo = (video: HTMLVideoElement, white: number): Pixels =>
	shrunk(video, video.videoWidth, video.videoHeight, white);

export const ofFile = (file: File, white: number): Promise<Pixels> =>
	withImage(file, (image, width, height) => shrunk(image, width, height, white));
