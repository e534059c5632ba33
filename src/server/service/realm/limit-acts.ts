// The administrator's act `limits`: how they are, and other ones from now on.
import type { Setting } from "../../port/realm-store.ts";
import type { Act } from "./act-world.ts";
import { LIMIT_NAMES, type LimitName, LIMITS, type LimitValues, settingOf } from "./limits.ts";

/** Without a limit in the request: how they are. */
export const performLimits: Act = async ({ limits, realmLog, now }, by, wish) => {
  const changes: Partial<Record<LimitName, number>> = {};
  for (const name of LIMIT_NAMES) {
    const value = wish.maybeCount(name, LIMITS[name]);
    if (value !== undefined) changes[name] = value;
  }
  if (Object.keys(changes).length > 0) {
    const detail = Object.entries(changes)
      .map(([name, value]) => `${LIMITS[name as LimitName].flag} ${value}`)
      .join(", ");
    await realmLog.write(() => ({
      entries: [{ kind: "act", at: now(), by, act: "limits", detail }],
      settings: settingsOf(changes),
    }));
    limits.set(changes);
  }
  return { ...limits.values, sources: limits.sources };
};

function settingsOf(changes: Partial<LimitValues>): Setting[] {
  return LIMIT_NAMES.flatMap((name) => {
    const value = changes[name];
    return value === undefined ? [] : { name: settingOf(name), value: String(value) };
  });
}
