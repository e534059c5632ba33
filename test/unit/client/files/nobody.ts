// What another user may do, for tests that run as root.

const NOBODY = 65_534;

/** Root may do everything: as somebody else, if the tests run as root. */
export async function asNobody<T>(run: () => Promise<T>): Promise<T> {
  const own = process.geteuid?.();
  if (own !== 0) return await run();
  process.seteuid?.(NOBODY);
  try {
    return await run();
  } finally {
    process.seteuid?.(own);
  }
}
