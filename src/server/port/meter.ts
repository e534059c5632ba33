// The contract of the meter: what the parts of a server count. No names, no ids.

export interface Meter {
  /** A message is about to be stored; what is returned is called when it is, or was refused. */
  append(): (stored: boolean) => void;
  /** Handed to a socket. */
  delivered(bytes: number): void;
  /** Before it was a device of this realm. */
  refused(code: string): void;
  /** The enrolment door has answered, with this status of HTTP. */
  door(status: number): void;
}
