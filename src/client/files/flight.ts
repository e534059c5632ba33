// Several requests under way, their answers in order: what makes a transfer independent of the delay of the network.
import type { Clock } from "../port/clock.ts";
import type { Course } from "./course.ts";
import type { Pace } from "./pace.ts";

export interface Flight<P, A> {
  readonly course: Course;
  readonly clock: Pick<Clock, "now">;
  readonly pace: Pace;
  /** What comes next; undefined: nothing more. */
  readonly next: () => Promise<P | undefined>;
  /** Called in the order of the pieces. */
  readonly ask: (piece: P) => Promise<A>;
}

/** What a piece weighs, from one offset of the ciphertext to another. */
interface Piece {
  readonly from: number;
  readonly to: number;
}

/** Under way: at least one piece, and at most what the pace allows and one piece. */
export async function* answersTo<P extends Piece, A>(flight: Flight<P, A>): AsyncGenerator<{ piece: P; answer: A }> {
  const { course, pace, next } = flight;
  const flying: { piece: P; answer: Promise<A> }[] = [];
  let bytes = 0;
  let more = true;
  for (;;) {
    while (more && (flying.length === 0 || bytes < pace.bytes)) {
      const piece = await next();
      more = piece !== undefined;
      if (piece === undefined) break;
      flying.push({ piece, answer: timed(flight, piece) });
      bytes += piece.to - piece.from;
    }
    const first = flying.shift();
    if (first === undefined) return;
    const answer = await course.until(first.answer);
    bytes -= first.piece.to - first.piece.from;
    yield { piece: first.piece, answer };
  }
}

function timed<P extends Piece, A>({ clock, pace, ask }: Flight<P, A>, piece: P): Promise<A> {
  const startMs = clock.now();
  const answer = ask(piece).then((answered) => {
    pace.took(clock.now() - startMs);
    return answered;
  });
  // Nobody waits for it any more when the one before it failed.
  answer.catch(() => {});
  return answer;
}
