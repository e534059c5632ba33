// What is told once and stands beside the conversations: alarms until somebody has seen to them, others until there are too many.
import { Fault, reason } from "../../../model/fault.ts";
import type { NoticeView } from "../../port/screens.ts";

/** More is not read; alarms go last. */
const NOTICES_MOST = 50;
const INTERNAL = { code: "internal", hint: undefined, values: undefined };

export class Notices {
  readonly #now: () => number;
  #notices: readonly NoticeView[] = [];
  #next = 1;

  constructor(now: () => number) {
    this.#now = now;
  }

  get view(): readonly NoticeView[] {
    return this.#notices;
  }

  add(notice: Omit<NoticeView, "id" | "at">): void {
    const last = this.#notices.at(-1);
    // The same again, as at every attempt to connect, is not told again.
    if (last?.code === notice.code && last.message === notice.message && last.kind === notice.kind) return;
    this.#notices = fitting([...this.#notices, { id: this.#next, at: this.#now(), ...notice }]);
    this.#next += 1;
  }

  fault(error: unknown): void {
    // At the end of the client nobody is to be told that it ends.
    if (error instanceof Fault && error.code === "stopped") return;
    const { code, hint, values } = error instanceof Fault ? error : INTERNAL;
    const more = { ...(hint === undefined ? {} : { hint }), ...(values === undefined ? {} : { values }) };
    this.add({ kind: "fault", code, message: reason(error), ...more });
  }

  dismiss(id: number): void {
    if (this.#notices.some((one) => one.id === id)) this.#notices = this.#notices.filter((one) => one.id !== id);
  }
}

function fitting(notices: readonly NoticeView[]): readonly NoticeView[] {
  if (notices.length <= NOTICES_MOST) return notices;
  const first = notices.findIndex(({ kind }) => kind !== "alarm");
  return notices.toSpliced(Math.max(first, 0), 1);
}
