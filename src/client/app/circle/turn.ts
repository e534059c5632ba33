// One after the other: what a group hands out is kept in the order in which it was handed out.

export class Turn {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `run` when everything before it has ended, however it ended. */
  take<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(run, run);
    this.#last = turn;
    return turn;
  }
}
