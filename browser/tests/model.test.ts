import { expect, test } from "vitest";
import { manager, standIn } from "../src/model";

test("a stand-in tells of a change after it was made, and only whoever listens to that trait", () => {
	const model = standIn({ at: 1, speed: 3 });
	const heard: number[] = [];
	model.on("change:at", () => heard.push(model.get("at")));
	model.set("at", 2);
	model.set("speed", 4);
	expect(heard).toEqual([2]);
});

test("whoever has left hears nothing, and the others still do", () => {
	const model = standIn({ at: 1 });
	const heard: string[] = [];
	const one = () => heard.push("one");
	const two = () => heard.push("two");
	model.on("change:at", one);
	model.on("change:at", two);
	model.off("change:at", one);
	model.set("at", 2);
	expect(heard).toEqual(["two"]);
});

test("a manager answers the same model each time, and leaves the states as they were", async () => {
	const states = { dial: { at: 1 } };
	const models = manager(states);
	const model = await models.get_model<{ at: number }>("dial");
	model.set("at", 5);
	expect((await models.get_model<{ at: number }>("dial")).get("at")).toBe(5);
	expect(states.dial.at).toBe(1);
});

test("a model finds the others of its page", async () => {
	const models = manager({ dial: { module: "IPY_MODEL_shared" }, shared: { code: "1" } });
	const dial = await models.get_model("dial");
	expect((await dial.widget_manager.get_model<{ code: string }>("shared")).get("code")).toBe("1");
});

test("a model that is not there is refused by its name", async () => {
	await expect(manager({}).get_model("dial")).rejects.toThrow('"dial"');
});
