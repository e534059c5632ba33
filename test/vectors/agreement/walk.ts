// A walk of many rounds. The first disagreement ends it.
import { type Walk, WalkingGroup } from "./group.ts";

/** Throws at the first disagreement. The result says what was done. */
export async function walk(settings: Walk): Promise<string> {
  const group = new WalkingGroup(settings);
  await group.found();
  for (let round = 1; round <= settings.rounds; round += 1) {
    try {
      await group.round();
    } catch (error) {
      throw new Error(`seed ${settings.seed}, round ${round}: ${group.last}: ${String(error)}`, { cause: error });
    }
  }
  return group.summary();
}
