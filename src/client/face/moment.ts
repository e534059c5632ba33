// A moment as it stands in a file that is kept.

/** The same everywhere: `2026-11-22 03:24`, where the user is. */
export function momentOf(at: number): string {
  const date = new Date(at);
  const [month, day, hours, minutes] = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes()].map(
    (part) => String(part).padStart(2, "0"),
  );
  return `${date.getFullYear()}-${month}-${day} ${hours}:${minutes}`;
}
