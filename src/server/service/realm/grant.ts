// What somebody comes in by, an invitation or what the realm allows by itself, and as whom.
import { Fault } from "../../../model/fault.ts";
import { type Handle, isHandle } from "../../../model/ids.ts";
import type { IssuedEntry } from "../../../transparency/entry.ts";
import type { AskedCertificate } from "../../port/issuer.ts";
import type { InvitationRecord } from "../../port/realm-store.ts";
import type { OpenpgpProof } from "./proved.ts";

export type Grant = Pick<InvitationRecord, "user" | "name" | "email" | "openpgp" | "role" | "leaseUntil">;

/** A proof, and nothing else, in nobody's name: what somebody has who is not invited. */
export const ALLOWED: Grant = {
  user: undefined,
  name: undefined,
  email: undefined,
  openpgp: undefined,
  role: "member",
  leaseUntil: undefined,
};

/** How the log says it. */
export function wayOf(proof: OpenpgpProof | undefined): Pick<IssuedEntry, "how" | "pgp" | "email"> {
  if (proof === undefined) return { how: "invitation" };
  return { how: "openpgp", pgp: proof.fingerprint, email: proof.email };
}

/** @throws Fault `request-identity`, `user-missing`, `handle-invalid` */
export function userOf(grant: Grant, asked: AskedCertificate, suggested: string | undefined): Handle {
  const bound = grant.user;
  if (bound !== undefined && asked.user !== undefined && asked.user !== bound)
    throw new Fault("request-identity", `the invitation is for ${bound}, the request for ${asked.user}`, {
      hint: "leave the names out of the request",
    });
  const user = bound ?? asked.user ?? suggested;
  if (user === undefined || user === "")
    throw new Fault("user-missing", "nobody has said who this is for", {
      hint: "say a name: `chat-client join --user NAME`, with EST as the user name of HTTP Basic",
    });
  if (!isHandle(user))
    throw new Fault("handle-invalid", "this is not a valid name", {
      hint: "use a-z, 0-9, dot, dash and underscore, at most 32, first a letter or digit",
    });
  return user;
}
