// What goes into each kind of certificate: from the OpenSSL configuration files of certs/, or, where there are none beside the
// executable, from the same values built in. A test holds the two equal.

import type { DeviceId, Handle } from "../model/ids.ts";
import { deviceUri, inWords, userUri, type AltName } from "./alt-name.ts";
import { parseConfig, settingOf, type Config, type ConfigSource } from "./cnf.ts";
import { extensionsOf, nameOf } from "./extensions.ts";
import type { Extension } from "./extension-values.ts";
import type { Name } from "./name.ts";
import { CLIENT_AUTH, SERVER_AUTH } from "./path.ts";

export type Template = { readonly subject: Name; readonly extensions: readonly Extension[] };

export type DeviceWish = {
  readonly user: Handle;
  readonly device: DeviceId;
  /** Display name: the common name. */
  readonly name: string;
  readonly email?: string | undefined;
};

export type Templates = {
  root(): Template;
  issuing(): Template;
  server(hosts: readonly AltName[]): Template;
  device(wish: DeviceWish): Template;
};

const CA_USES: Extension = { kind: "keyUsage", critical: true, uses: ["keyCertSign", "cRLSign"] };

/** @internal */
export function builtInTemplates(realm = "Mutual"): Templates {
  const organization = { type: "O", value: realm };
  const caName = (role: string): Name => [organization, { type: "CN", value: `${realm} ${role} CA` }];
  return {
    root: () => ({ subject: caName("root"), extensions: [caConstraint(undefined), CA_USES] }),
    issuing: () => ({ subject: caName("issuing"), extensions: [caConstraint(0), CA_USES] }),
    server: (hosts) => ({
      subject: [organization, { type: "CN", value: `${realm} server` }],
      extensions: leafExtensions(SERVER_AUTH, hosts),
    }),
    device: (wish) => ({
      subject: [{ type: "CN", value: wish.name }],
      extensions: leafExtensions(CLIENT_AUTH, deviceNames(wish)),
    }),
  };
}

function caConstraint(pathLength: number | undefined): Extension {
  return { kind: "basicConstraints", critical: true, ca: true, pathLength };
}

function leafExtensions(purpose: string, names: readonly AltName[]): Extension[] {
  return [
    { kind: "basicConstraints", critical: true, ca: false, pathLength: undefined },
    { kind: "keyUsage", critical: true, uses: ["digitalSignature"] },
    { kind: "extendedKeyUsage", critical: false, purposes: [purpose] },
    { kind: "subjectAltName", critical: false, names },
  ];
}

/** The names a device certificate carries; also what its request asks for. @internal */
export function deviceNames(wish: Omit<DeviceWish, "name">): AltName[] {
  const email: AltName[] = wish.email === undefined ? [] : [{ kind: "email", value: wish.email }];
  return [{ kind: "uri", value: userUri(wish.user) }, { kind: "uri", value: deviceUri(wish.device) }, ...email];
}

export type TemplateFile = Omit<ConfigSource, "env">;
export type TemplateFiles = { readonly ca: TemplateFile; readonly server: TemplateFile; readonly client: TemplateFile };

/** The sections are those of certs/*.cnf; `env` is what their `$ENV::x` sees besides the names of one certificate. */
export function configTemplates(files: TemplateFiles, env: ConfigSource["env"]): Templates {
  const ca = parseConfig({ ...files.ca, env });
  const rootExtensions = settingOf(ca, "req", "x509_extensions")?.value ?? "root_ext";
  return {
    root: () => ({ subject: subjectOf(ca, "req"), extensions: extensionsOf(ca, rootExtensions) }),
    issuing: () => ({ subject: subjectOf(ca, "issuing"), extensions: extensionsOf(ca, "issuing_ext") }),
    server: (hosts) => {
      const config = parseConfig({ ...files.server, env: { ...env, CHAT_SAN: inWords(hosts) } });
      return { subject: subjectOf(config, "req"), extensions: extensionsOf(config, "server_ext") };
    },
    device: (wish) => {
      const config = parseConfig({ ...files.client, env: { ...env, ...deviceEnv(wish) } });
      const section = wish.email === undefined ? "client_ext" : "client_ext_email";
      return { subject: subjectOf(config, "req"), extensions: extensionsOf(config, section) };
    },
  };
}

function deviceEnv(wish: DeviceWish): Record<string, string> {
  return { CHAT_HANDLE: wish.user, CHAT_DEVICE: wish.device, CHAT_NAME: wish.name, CHAT_EMAIL: wish.email ?? "" };
}

function subjectOf(config: Config, section: string): Name {
  return nameOf(config, settingOf(config, section, "distinguished_name")?.value ?? `${section}_dn`);
}
