// The line of a realm in what somebody has pasted: as it is, or as a program has printed it, with its command, quotes and words. Pure.

const LINE = /chat:\/\/[^\s'"`<>“”‘’]+/u;
const USER = /\s--user[ =]['"]?@?([a-z0-9._-]+)/u;

/** What has none stays as it is: why it is none is said of it. */
export function lineIn(pasted: string): string {
  return LINE.exec(pasted)?.[0] ?? pasted.trim();
}

/** Whom the command is for that was pasted with it. */
export function userIn(pasted: string): string | undefined {
  return USER.exec(pasted)?.[1];
}
