// Nobody is anybody here yet: four ways in. What they do is behind FirstRun; here is only what a person reads and types.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import { lineIn } from "../../line-in.ts";
import type { CertificateFile, InvitationLook } from "../protocol/first-run.ts";
import { ByPassword } from "./by-password.tsx";
import { LineField, type TextProps, useTrying, Wrong } from "./coming-in.tsx";
import { Joining } from "./joining.tsx";
import { NewPassphrase } from "./new-passphrase.tsx";
import { useTools } from "./tools.ts";

export function FirstRunScreen(): VNode {
  const { say } = useTools();
  return (
    <main class="lonely wide" aria-label={say("welcome")}>
      <h1>{say("welcome")}</h1>
      <p class="lead">{say("welcome-about")}</p>
      <div class="ways">
        <ByInvitation />
        <ByPassword />
        <ByCertificate />
        <OwnRealm />
      </div>
    </main>
  );
}

const USUAL_PORT = 12_345;

function ByInvitation(): VNode {
  const { line, say } = useTools();
  const [text, setText] = useState("");
  const [look, setLook] = useState<InvitationLook>();
  const { wrong, isBusy, run } = useTrying();
  const read = run(async () => setLook(await line.come<InvitationLook>({ say: "look-at", line: lineIn(text) })));
  if (look !== undefined) return <Joining invitation={lineIn(text)} look={look} onBack={() => setLook(undefined)} />;
  return (
    <form class="way" onSubmit={read}>
      <h2>{say("by-invitation")}</h2>
      <p>{say("by-invitation-about")}</p>
      <LineField label={say("invitation-line")} value={text} onChange={setText} />
      <Wrong wrong={wrong} />
      <button type="submit" class="button primary" disabled={isBusy}>
        {say("go-on")}
      </button>
    </form>
  );
}

function ByCertificate(): VNode {
  const { line, say } = useTools();
  const [place, setPlace] = useState("");
  const [files, setFiles] = useState<readonly File[]>([]);
  const [secret, setSecret] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const { wrong, isBusy, run } = useTrying();
  const come = run(async () => {
    const [host = "", port = ""] = place.trim().split(/:(?=\d+$)/);
    const read = await Promise.all(files.map(asCertificate));
    const secrets = { ...(secret !== "" && { secret }), ...(passphrase !== "" && { passphrase }) };
    const where = { host, port: port === "" ? USUAL_PORT : Number(port) };
    await line.come({ say: "certificates", ...where, files: read, ...secrets });
  });
  return (
    <form class="way" onSubmit={come}>
      <h2>{say("by-certificate")}</h2>
      <p>{say("by-certificate-about")}</p>
      <label class="stacked">
        {say("server")}
        <input
          required
          value={place}
          placeholder="chat.example.org:12345"
          onInput={({ currentTarget }) => setPlace(currentTarget.value)}
        />
      </label>
      <CertificateFiles onChange={setFiles} />
      <SecretOfFiles value={secret} onChange={setSecret} />
      <NewPassphrase label={say("new-passphrase")} value={passphrase} onChange={setPassphrase} />
      <Wrong wrong={wrong} />
      <button type="submit" class="button primary" disabled={isBusy}>
        {say("come-in")}
      </button>
    </form>
  );
}

function CertificateFiles({ onChange }: { readonly onChange: (files: readonly File[]) => void }): VNode {
  const { say } = useTools();
  return (
    <label class="stacked">
      {say("certificate-files")}
      <input
        type="file"
        required
        multiple
        accept=".pem,.crt,.key,.p12,.pfx"
        onChange={({ currentTarget }) => onChange([...(currentTarget.files ?? [])])}
      />
    </label>
  );
}

function SecretOfFiles({ value, onChange }: TextProps): VNode {
  const { say } = useTools();
  return (
    <label class="stacked">
      {say("secret-of-files")}
      <input
        type="password"
        autocomplete="off"
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </label>
  );
}

async function asCertificate(file: File): Promise<CertificateFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return { name: file.name, base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) };
}

function OwnRealm(): VNode {
  const { say } = useTools();
  return (
    <section class="way last">
      <h2>{say("own-realm")}</h2>
      <p>{say("own-realm-about")}</p>
      <pre tabIndex={0}>
        <code>{"chat-server init\nchat-server\nchat-server invite bob"}</code>
      </pre>
      <p>{say("own-realm-then")}</p>
    </section>
  );
}
