// How this window comes to its key: the token in the fragment, swapped once, and gone from the address before anything else happens.
// The key lives in memory and in sessionStorage, so that a reload stays in; no cookie, which every port of this machine would share.
import { SESSION_PATH } from "../protocol/messages.ts";

const KEPT = "key";

/** Undefined: chat-client must open this page. */
export async function sessionKey(): Promise<string | undefined> {
  const token = location.hash.slice(1);
  if (token === "") return sessionStorage.getItem(KEPT) ?? undefined;
  history.replaceState(null, "", "/");
  const response = await fetch(SESSION_PATH, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  // A page that was opened from the history has an old token, and may have a good key.
  if (!response.ok) return sessionStorage.getItem(KEPT) ?? undefined;
  const { key } = (await response.json()) as { key: string };
  sessionStorage.setItem(KEPT, key);
  return key;
}
