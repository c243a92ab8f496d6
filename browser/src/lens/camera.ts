/* The reader's camera: its pictures are handed on and leave the page nowhere. */

import { node } from "../dom";

const WIDTH = 640;

export interface Camera {
	readonly on: boolean;
	/** Rejected where the reader or the machine refuses. */
	start(): Promise<void>;
	stop(): void;
}

/** Where the browser has no way to a camera there is none. */
export const hasCamera = (): boolean => Boolean(navigator.mediaDevices?.getUserMedia);

/** `take` is given each picture while `here` holds. */
export function camera(take: (video: HTMLVideoElement) => void, here: () => boolean, ended: () => void): Camera {
	const video = node("video", { muted: true, playsInline: true });
	let stream: MediaStream | null = null,
		turn = 0;
	const end = (one: MediaStream | null): void => one?.getTracks().forEach(track => track.stop());
	const self = {
		get on() {
			return stream !== null;
		},
		async start() {
			const mine = ++turn,
				found = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: WIDTH } }, audio: false });
			// While the reader was asked, the widget may have gone.
			if (mine !== turn || !here()) return end(found);
			stream = found;
			for (const track of found.getTracks()) track.addEventListener("ended", self.stop);
			video.srcObject = found;
			await video.play();
			look();
		},
		stop() {
			turn++;
			end(stream);
			video.srcObject = stream = null;
			ended();
		},
	};
	function look(): void {
		if (!stream) return;
		if (!here()) return self.stop();
		if (video.videoWidth) take(video);
		requestAnimationFrame(look);
	}
	return self;
}
