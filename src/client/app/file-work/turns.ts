// At most so many at once; the others wait for their turn, in the order in which they came.

export interface Place {
  /** Gives the turn to the next, or waits no longer. */
  leave(): void;
}

type OnTurn = () => void;

export class Turns {
  readonly #most: number;
  readonly #waiting = new Map<Place, OnTurn>();
  readonly #running = new Set<Place>();
  #isOpen = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** Until then it is nobody's turn. */
  open(): void {
    this.#isOpen = true;
    this.#call();
  }

  /** `onTurn` is called once, perhaps before this returns. */
  join(onTurn: OnTurn): Place {
    const place: Place = {
      leave: () => {
        this.#waiting.delete(place);
        this.#running.delete(place);
        this.#call();
      },
    };
    this.#waiting.set(place, onTurn);
    this.#call();
    return place;
  }

  #call(): void {
    if (!this.#isOpen) return;
    for (const [place, onTurn] of this.#waiting) {
      if (this.#running.size >= this.#most) return;
      this.#waiting.delete(place);
      this.#running.add(place);
      onTurn();
    }
  }
}
