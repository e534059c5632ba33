// What the realm's log says: every certificate that was ever issued in somebody's name, what administrators did, and how far it was read.
import { useEffect, useState } from "preact/hooks";
import type { VNode } from "preact";
import type { ActView, CertificateView } from "../../../port/realm-views.ts";
import type { Replies } from "../../../port/replies.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { shortId, wayOf } from "./device-words.ts";
import { Dialog, Icon } from "./parts.tsx";
import { shownName } from "./people.ts";
import { useTools } from "./tools.ts";

/** Undefined: one's own. */
export interface AuditProps {
  readonly user?: string | undefined;
}

const ACTS_MOST = 50;
const DETAIL_CHARS = 200;
/** A handle that is none: who may use the server's machine. */
const CONSOLE = "@console";

export function AuditDialog({ user }: AuditProps): VNode {
  const { line, say, go } = useTools();
  const [found, setFound] = useState<Replies["audit"]>();
  useEffect(() => {
    go(line.ask<Replies["audit"]>({ do: "audit", ...(user !== undefined && { user }) }).then(setFound));
  }, [user]);
  return (
    <Dialog title={user === undefined ? say("audit") : `${say("audit")}: @${shownName(user)}`}>
      {found === undefined ? <p class="empty">{say("loading")}</p> : <Found found={found} />}
    </Dialog>
  );
}

function Found({ found: { certificates, acts, log } }: { readonly found: Replies["audit"] }): VNode {
  const { say } = useTools();
  return (
    <>
      <p>{say("audit-about")}</p>
      <h3>{say("certificates")}</h3>
      {certificates.length === 0 && <p class="empty">{say("no-certificates")}</p>}
      <ul class="devices">
        {certificates.map((one) => (
          <Certificate key={one.serial} certificate={one} />
        ))}
      </ul>
      {acts.length > 0 && <h3>{say("admin-acts")}</h3>}
      <ul class="acts">
        {acts.slice(-ACTS_MOST).map((act, at) => (
          <Act key={at} act={act} />
        ))}
      </ul>
      {log === undefined ? (
        <p class="bad-line">{say("log-none")}</p>
      ) : (
        <>
          <p>{say.count("log-read", log.entries)}</p>
          <p class="fingerprint">{log.root}</p>
        </>
      )}
    </>
  );
}

function Certificate({ certificate }: { readonly certificate: CertificateView }): VNode {
  const { say, dates } = useTools();
  const { device, how, at, until, revoked, openpgp, email } = certificate;
  const way = wayOf(how);
  return (
    <li class={revoked === undefined ? "" : "revoked"}>
      <Icon name="laptop" />
      <span class="device-main">
        <code>{shortId(device)}</code> {way === undefined ? sanitizeLine(how, 40) : say(way)}
        <span class="device-about">
          <span>{say("certified-at", { date: dates.full(at) })}</span>
          <span>
            {revoked === undefined
              ? say("certified-until", { date: dates.full(until) })
              : say("revoked-at", { date: dates.full(revoked.at), who: whoOf(revoked.by, say("at-server")) })}
          </span>
          {email !== undefined && <span>{shownName(email)}</span>}
          {openpgp !== undefined && <span class="fingerprint">OpenPGP {openpgp}</span>}
        </span>
      </span>
    </li>
  );
}

/** What was done is a word of the server's own language: docs/administration.md lists them. */
function Act({ act: { at, by, act, on, detail } }: { readonly act: ActView }): VNode {
  const { say, dates } = useTools();
  return (
    <li>
      <time>{dates.full(at)}</time> <b>{whoOf(by, say("at-server"))}</b> <code>{sanitizeLine(act, 40)}</code>{" "}
      {on !== undefined && <bdi>{sanitizeLine(on, DETAIL_CHARS)}</bdi>}{" "}
      {detail !== undefined && <bdi>{sanitizeLine(detail, DETAIL_CHARS)}</bdi>}
    </li>
  );
}

function whoOf(by: string, atServer: string): string {
  return by === CONSOLE ? atServer : `@${shownName(by)}`;
}
