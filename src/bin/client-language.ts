// Which language the system speaks with this person.
import type { Platform } from "../client/vault/home.ts";

/** As POSIX says which one counts; elsewhere the runtime knows. BCP 47. */
export function systemLanguage(env: Platform["env"]): string {
  const named = [env["LC_ALL"], env["LC_MESSAGES"], env["LANG"]].find((one) => one !== undefined && one !== "");
  const [tag = ""] = (named ?? "").split(".");
  if (tag === "C" || tag === "POSIX") return "en";
  return tag === "" ? Intl.DateTimeFormat().resolvedOptions().locale : tag.replace("_", "-");
}
