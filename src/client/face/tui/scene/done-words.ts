// What is so from now on, in one line: of what was typed, and shows nowhere else that it was done.
import type { Intent, SettingsView } from "../../../port/screens.ts";
import type { Say } from "../words/say.ts";
import { type Effect, says, type Stage, type Ui } from "./state.ts";
import { settingRows } from "./settings.ts";

export function doneTold(
  ui: Ui,
  { intent, typed }: Extract<Effect, { effect: "do" }>,
  { view, say }: Pick<Stage, "view" | "say">,
): Ui {
  const isTold = typed !== undefined || intent.want === "passphrase";
  const done = isTold ? doneWords(intent, view.settings, say) : undefined;
  return done === undefined ? ui : says(ui, done);
}

/** `settings`: as they are now. Undefined: one sees it. */
function doneWords(intent: Intent, settings: SettingsView, say: Say): string | undefined {
  switch (intent.want) {
    case "nickname": {
      const { user, name } = intent;
      return name === "" ? say("done-nick-none", { user }) : say("done-nick", { user, name });
    }
    case "settings": {
      const changed = settingRows(settings, say).filter(({ of }) => Object.hasOwn(intent.change, of));
      return changed.map(({ label, value }) => `${label}: ${value}`).join("; ");
    }
    case "level":
      return say(`done-level-${intent.level}`, { place: intent.conversation });
    case "pin":
      return say(intent.on ? "done-pin" : "done-pin-off", { place: intent.conversation });
    case "archive":
      return say(intent.on ? "done-archive" : "done-archive-off", { place: intent.conversation });
    case "mark-unread":
      return say("done-unread");
    case "passphrase":
      return say("passphrase-changed");
    default:
      return undefined;
  }
}
