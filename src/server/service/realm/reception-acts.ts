// The administrator's acts about who is let in just now, and what everybody is told first.
import { Fault } from "../../../model/fault.ts";
import type { Act } from "./act-world.ts";
import { MAINTENANCE, MOTD } from "./reception.ts";

/** On one line of a terminal it is long, on a page short. */
const MOTD_CHARS = 500;

/** With `text` another one, with `clear` none, else the one that there is. */
export const performMotd: Act = async ({ reception, realmLog, now }, by, wish) => {
  const text = wish.maybeText("text", MOTD_CHARS);
  const isCleared = wish.maybeSwitch("clear") === true;
  if (text !== undefined && isCleared) throw new Fault("bad-field", '"text" and "clear" do not go together');
  const wanted = isCleared ? "" : text;
  if (wanted !== undefined && wanted !== reception.motd.text) {
    await realmLog.write(() => ({
      entries: [{ kind: "act", at: now(), by, act: wanted === "" ? "motd.clear" : "motd" }],
      settings: [{ name: MOTD, value: wanted === "" ? undefined : wanted }],
    }));
    reception.say(wanted);
  }
  return { motd: reception.motd.text };
};

export const performMaintenance: Act = async ({ reception, realmLog, now }, by, wish) => {
  const on = wish.maybeSwitch("on");
  if (on !== undefined && on !== reception.isClosed) {
    await realmLog.write(() => ({
      entries: [{ kind: "act", at: now(), by, act: on ? "maintenance.on" : "maintenance.off" }],
      settings: [{ name: MAINTENANCE, value: on ? "on" : undefined }],
    }));
    await reception.close(on);
  }
  return { maintenance: reception.isClosed };
};
