// A certificate of before, given again to who had lost it: by a password, a phrase, another device, an OpenPGP key. Never to who is disabled.
import { describe, expect, test } from "vitest";
import type { Handle } from "../../../src/model/ids.ts";
import type { Issuer } from "../../../src/server/port/issuer.ts";
import type { AccountRecord, CertificateRecord, RealmStore } from "../../../src/server/port/realm-store.ts";
import { AccountEnrolment } from "../../../src/server/service/realm/account-enrolment.ts";
import { certifyFurther } from "../../../src/server/service/realm/certifying.ts";
import { Enrolment } from "../../../src/server/service/realm/enrolment.ts";
import type { RealmLog } from "../../../src/server/service/realm/realm-log.ts";

const user = "ann" as Handle;
const email = "ann@example.org";
const fingerprint = "AB".repeat(20);
const request = Buffer.from("a request");
const password = { record: "record", recoveryKey: new Uint8Array(32), vault: new Uint8Array(1) };
const before = { user, device: "11".repeat(16), certificates: [Buffer.from("leaf")] } as unknown as CertificateRecord;

/** Everything is as it was when the answer was lost; nothing new is made. */
function world(disabled: boolean) {
  const about = { user, name: user, role: "member", createdAt: 0 } as const;
  const account: AccountRecord = { ...about, disabled, email, openpgp: fingerprint };
  const realm = {
    account: () => Promise.resolve(account),
    accounts: (after: string) => Promise.resolve(after === "" ? [account] : []),
    certificates: () => Promise.resolve([before]),
    password: () => Promise.resolve({ record: password.record }),
  } as unknown as RealmStore;
  const issuer = { read: () => ({ key: "22".repeat(32), user: undefined, device: undefined }) } as unknown as Issuer;
  const write = (): never => {
    throw new Error("something is written");
  };
  return {
    store: { realm, devices: write, users: write },
    realmLog: { write } as unknown as RealmLog,
    issuer: () => Promise.resolve(issuer),
    now: () => 1,
    lifetimeMs: 1,
    limits: { checkCertificate: write },
    enrolment: { plan: write },
  };
}

type World = ReturnType<typeof world>;

describe.each<readonly [string, (of: World) => Promise<object>]>([
  ["another device, a password, a phrase", (of) => certifyFurther(of, { user, request, way: { how: "device" } })],
  ["registering", (of) => new AccountEnrolment(of).register({ code: undefined, user, request, password })],
  [
    "an OpenPGP key",
    (of) => new Enrolment(of).enrolProved({ request, user: undefined, proof: { email, fingerprint } }),
  ],
])("by %s", (_how, ask) => {
  test("it is given again", async () => {
    expect(await ask(world(false))).toMatchObject({ user, isNew: false, certificates: before.certificates });
  });

  test("not to who is disabled", async () => {
    await expect(ask(world(true))).rejects.toMatchObject({ code: "account-disabled" });
  });
});
