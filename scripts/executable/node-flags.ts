/**
 * With which Node runs in an executable. Its own warnings are for programmers; they still reach the log through the "warning" event.
 * A small young generation: a third less memory for each idle connection, and no more CPU (test/bench/memory.ts).
 */
export const NODE_FLAGS: readonly string[] = ["--no-warnings", "--max-semi-space-size=2"];
