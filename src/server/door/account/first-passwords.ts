// A first password for somebody who is in without one, by a device of theirs: its certificate is what they prove themselves by. No guess
// is made here, because there is nothing yet that could be guessed.
import type { Handle } from "../../../model/ids.ts";
import type { NewPassword } from "../../service/realm/account-enrolment.ts";
import type { AccountsWorld } from "./accounts.ts";
import { Handles } from "./handles.ts";
import { type Begun, EXPIRED } from "./steps.ts";

type World = Omit<AccountsWorld, "fingerprint">;

/** From the one answer to the next request. */
const STATE_MS = 60_000;

export class FirstPasswords {
  readonly #world: World;
  readonly #waiting = new Handles<Handle>(STATE_MS);

  constructor(world: World) {
    this.#world = world;
  }

  /** `user`: whose device asks. @throws Fault `password-exists` */
  async start(address: string, { user, request }: { readonly user: Handle; readonly request: string }): Promise<Begun> {
    const { enrolment, opaque, setup, now } = this.#world;
    await enrolment.checkFirst(user);
    const response = await opaque.registrationResponse({ setup: await setup.get(), user, request });
    return { state: this.#waiting.keep(user, { address, nowMs: now() }), response, waitMs: 0 };
  }

  /** The same once more, after its answer was lost, is answered once more. Returns the version. @throws Fault `registration-expired`, `password-exists` */
  async finish(
    address: string,
    asked: { readonly user: Handle; readonly state: string; readonly password: NewPassword },
  ): Promise<number> {
    const { enrolment, opaque, setup, realm, now, log, onPassword } = this.#world;
    const { user, state, password } = asked;
    const waiting = this.#waiting.take(state, now());
    const known = await realm.password(user);
    if (known?.record === password.record) return known.version;
    if (waiting !== user) throw EXPIRED.registration();
    await opaque.checkRecord({ setup: await setup.get(), user, record: password.record });
    const version = await enrolment.set(user, password);
    log.info({ address, user }, "door: a first password was set");
    onPassword();
    return version;
  }
}
