import { expect, test } from "vitest";
import { Effects } from "./effects";

const LOOK = { profile: "dev", params: {} };

const answering = (isSuperseded: boolean) => ({ effect: () => Promise.resolve({ is_superseded: isSuperseded, blocks: [], sampled: null }) });

test("a try that another one took the place of is not waited for any more", async () => {
  const effects = new Effects();
  await effects.try(answering(true), "p", "line", "clean", LOOK);

  expect(effects.state.get()).toEqual({ status: "none" });
});

test("the effect of the last try is known", async () => {
  const effects = new Effects();
  await effects.try(answering(false), "p", "line", "clean", LOOK);

  expect(effects.state.get()).toMatchObject({ status: "known", of: "clean" });
});
