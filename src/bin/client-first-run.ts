// The first run in a window: how this machine becomes a device of somebody, without a terminal.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join as joinPath } from "node:path";
import { Tries } from "../client/app/screens/tries.ts";
import type { CertificateRequest, FirstRun, InvitationLook, Protected } from "../client/face/web/protocol/first-run.ts";
import type { Screens } from "../client/port/screens.ts";
import { defaultHome } from "../client/vault/home.ts";
import { type Profile, readProfileList } from "../client/vault/profiles.ts";
import type { ClientFiles } from "../pki/load.ts";
import { Fault } from "../model/fault.ts";
import { readRealmLine } from "../wire/invitation-line.ts";
import { believed, keepChosen, loadChosen, type Opening } from "./client-chosen-files.ts";
import type { Registration } from "./client-first-register.ts";
import { JOIN_FLAGS } from "./client-flags.ts";
import { join } from "./client-join.ts";
import { begin, type Begun, type WindowRun } from "./client-screens.ts";
import { quietAccount, quietly } from "./client-quiet.ts";
import { selfOf } from "./client-self.ts";
import { usualValues } from "./flags.ts";

type ByAccount = Pick<FirstRun, "login" | "recover" | "register" | "written">;

/** `took`: told once, of who came in. */
export function newcomer(run: WindowRun, took: (begun: Begun) => void): FirstRun {
  const goOn: GoOn = ({ name }, passphrase) =>
    opened({ ...run, values: { ...run.values, profile: name } }, passphrase, took);
  return {
    look: (line) => Promise.resolve(lookAt(line)),
    join: async ({ line, user, name, passphrase }) => {
      const { home, profile } = run.values;
      const values = { ...usualValues(JOIN_FLAGS), home, profile, user, name };
      return goOn(await join(line, { ...quietly(run), values, passphrase }), passphrase);
    },
    ...byAccount(run, goOn),
    certificates: async (request) => {
      const profile = await keptFiles(run, request);
      return goOn(profile, request.passphrase);
    },
  };
}

type GoOn = (profile: Profile, passphrase: string | undefined) => Promise<Screens>;

/** With a password: one that there is, or one that is made now. */
function byAccount(run: WindowRun, goOn: GoOn): ByAccount {
  const { platform, input, values } = run;
  const place = { platform, input, home: values.home, profile: values.profile };
  let registration: Registration | undefined;
  return {
    login: async ({ line, user, password, passphrase }) => {
      const { checkedRealmLine } = await import("./client-account.ts");
      const { login } = await import("./client-login.ts");
      const world = quietAccount(place, { user, passphrase });
      return goOn(await login(checkedRealmLine(line), { ...world, password }), passphrase);
    },
    recover: async (request) => {
      const { recovered } = await import("./client-first-recover.ts");
      return goOn(await recovered(place, request), request.passphrase);
    },
    register: async (request) => {
      const { Registration: Fresh } = await import("./client-first-register.ts");
      registration = new Fresh(place);
      return registration.begin(request);
    },
    written: async (answers) => {
      if (registration === undefined) throw new Fault("registration-expired", "nothing was begun");
      const came = await registration.finish(answers);
      registration = undefined;
      return goOn(came.profile, came.passphrase);
    },
  };
}

/** Somebody whose passphrase is to be typed. */
export function keptOne(run: WindowRun, took: (begun: Begun) => void): Protected {
  const { profile, home } = run.values;
  const { usual, profiles } = readProfileList(home ?? defaultHome(run.platform));
  const tries = new Tries(() => run.clock.now());
  return {
    name: profile ?? usual ?? profiles[0]?.name ?? "",
    open: async (passphrase) => {
      tries.check();
      // Of several at once only the first is tried before it is known to be wrong.
      tries.wrong();
      try {
        const screens = await opened(run, passphrase, took);
        tries.right();
        return screens;
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== "wrong-passphrase") tries.right();
        throw error;
      }
    },
  };
}

async function opened(run: WindowRun, passphrase: string | undefined, took: (begun: Begun) => void): Promise<Screens> {
  const { values, platform, clock } = run;
  const self = await selfOf({ values, platform, person: undefined, now: new Date(clock.now()), passphrase });
  const begun = await begin({ ...run, self });
  took(begun);
  return begun.model;
}

/** @throws Fault `invitation-malformed` */
function lookAt(line: string): InvitationLook {
  const { host, port, realm, pairing } = readRealmLine(line);
  return { server: `${host}:${port}`, realm, asks: pairing === undefined ? "name" : "nothing" };
}

/** The identity of the files is taken into a vault; the files are not needed any more. @throws Fault as loadClientFiles and a link, `passphrase-short` */
async function keptFiles(
  run: WindowRun,
  { host, port, files, passphrase, secret }: CertificateRequest,
): Promise<Profile> {
  const { platform, clock, values } = run;
  const now = new Date(clock.now());
  const home = values.home ?? defaultHome(platform);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(joinPath(home, "chosen-"));
  try {
    const loaded = await loadedFrom(folder, files, { now, secret });
    await believed(loaded, { host, port, clock });
    return keepChosen(loaded, { home, platform, now, passphrase, host, port });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function loadedFrom(folder: string, files: CertificateRequest["files"], opening: Opening): Promise<ClientFiles> {
  const paths: string[] = [];
  for (const { name, base64 } of files) {
    const path = joinPath(folder, basename(name));
    await writeFile(path, Buffer.from(base64, "base64"), { mode: 0o600, flag: "wx" });
    paths.push(path);
  }
  return loadChosen(paths, opening);
}
