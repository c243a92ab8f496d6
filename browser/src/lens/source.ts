/* Where the picture comes from: the lens's own, a file of the reader's, a camera. */

import { button, node, put, setText } from "../dom";
import { Unusable } from "../parts/picture";
import type { Words } from "../words";
import { camera, hasCamera } from "./camera";
import { ofFile, ofVideo } from "./own";
import type { Session } from "./session";

/** How a browser says that the reader said no. */
const DENIED = ["NotAllowedError", "SecurityError"];

export interface Source {
	readonly buttons: HTMLElement;
	take(file: File): Promise<void>;
	show(): void;
	stop(): void;
}

/** `tell` says what happened; `here`: whether the lens is still on the page. */
export function source(session: Session, words: Words, tell: (text: string) => void, here: () => boolean): Source {
	const t = (key: string, more = {}): string => words.text(`lens.${key}`, more),
		white = session.input.white;
	const film = camera(video => session.use(ofVideo(video, white), true) || film.stop(), here, show);
	const start = button("camera", "", () => (film.on ? film.stop() : open())),
		back = button("restore", "", restore);
	put(start, { hidden: !hasCamera() });

	function show(): void {
		setText(start, t(film.on ? "camera_stop" : "camera"));
		setText(back, t("restore"));
		put(back, { hidden: !session.own });
	}

	function restore(): void {
		film.stop();
		tell(session.use() ? "" : t("picture_small", { name: t("restore") }));
	}

	async function open(): Promise<void> {
		try {
			await film.start();
			if (film.on) tell(t("camera_on"));
		} catch (error) {
			film.stop();
			tell(t(DENIED.includes((error as Error).name) ? "camera_denied" : "camera_none"));
		}
		show();
	}

	return {
		buttons: node("div.buttons", {}, start, back),
		async take(file) {
			film.stop();
			const { name } = file;
			try {
				const pixels = await ofFile(file, white),
					{ height, width } = pixels;
				tell(t(session.use(pixels, true) ? "picture_taken" : "picture_small", { name, height, width }));
			} catch (error) {
				const { code, megapixels } = error instanceof Unusable ? error : new Unusable("picture_none");
				tell(t(code, { name, size: megapixels }));
			}
		},
		show,
		stop: film.stop,
	};
}
