// The line of an invitation in what somebody has pasted: as it is, or as a program has printed it, with its command, quotes and words. Pure.

const LINE = /chat:\/\/[^\s'"`<>“”‘’]+/u;

/** What has none stays as it is: why it is none is said of it. */
export function lineIn(pasted: string): string {
  return LINE.exec(pasted)?.[0] ?? pasted.trim();
}
