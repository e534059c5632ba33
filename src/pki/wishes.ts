// What people write on a command line or in a Makefile about a realm: clients, hosts, days. Text in, values or a usage fault out.
// Must not know argv.

import { Fault } from "../model/fault.ts";
import { isHandle } from "../model/ids.ts";
import { hostName, inWords, isDisplayName, isEmail, type AltName } from "./alt-name.ts";
import type { ClientWish } from "./folder-work.ts";

/** A realm of this size is enrolled through the server's door, not by a list of names. */
const CLIENTS_MOST = 1000;
const HOSTS_MOST = 100;
const DAYS_MOST = 3650;
const CLIENT = /^([^\s:<>]*)(?::([^<>]*?))?(?:\s*<([^<>]*)>)?$/;

function usage(sentence: string, hint: string): Fault {
  return new Fault("usage", sentence, { hint });
}

/**
 * `alice bob`, or with display names and addresses, separated by commas: `alice:Alice A. <alice@example.org>, bob`.
 * @throws Fault `usage`
 */
export function parseClients(text: string): ClientWish[] {
  const items = text.split(/[,:<]/).length > 1 ? text.split(",") : text.split(/\s+/);
  const clients = items
    .map((item) => item.trim())
    .filter((item) => item !== "")
    .map(parseClient);
  const twice = clients.find((client, index) => clients.findIndex((other) => other.user === client.user) !== index);
  if (twice !== undefined) throw usage(`the client ${twice.user} is named twice`, "name each client once");
  if (clients.length > CLIENTS_MOST)
    throw usage(`${clients.length} clients at once`, `at most ${CLIENTS_MOST} are made at once`);
  return clients;
}

function parseClient(item: string): ClientWish {
  const [, user = item, name, email] = CLIENT.exec(item) ?? [];
  if (!isHandle(user)) {
    throw usage(
      `${JSON.stringify(user)} is not a valid client name`,
      "use a-z, 0-9, dot, dash and underscore, at most 32, first a letter or digit; a display name follows a colon: alice:Alice A.",
    );
  }
  const shown = name?.trim();
  if (shown !== undefined && !isDisplayName(shown))
    throw usage(`${JSON.stringify(shown)} is not a valid display name`, "use 1 to 64 characters on one line");
  if (email !== undefined && !isEmail(email))
    throw usage(
      `${JSON.stringify(email)} is not a valid e-mail address`,
      "write it as alice:Alice A. <alice@example.org>",
    );
  return { user, ...(shown === undefined ? {} : { name: shown }), ...(email === undefined ? {} : { email }) };
}

/** `localhost 127.0.0.1 ::1 chat.example.org`, separated by spaces or commas, each once. @throws Fault `usage` */
export function parseHosts(text: string): AltName[] {
  const hosts = text
    .split(/[\s,]+/)
    .filter((host) => host !== "")
    .map((host) => {
      const name = hostName(host);
      if (name === undefined)
        throw usage(
          `${JSON.stringify(host)} is not a host name or an IP address`,
          "give hosts like localhost 127.0.0.1 ::1 chat.example.org",
        );
      return name;
    });
  const unique = [...new Map(hosts.map((host) => [inWords([host]), host])).values()];
  if (unique.length === 0) throw usage("no host is given", "give at least one host by which clients connect");
  if (unique.length > HOSTS_MOST)
    throw usage(`${unique.length} hosts`, `at most ${HOSTS_MOST} fit into one certificate`);
  return unique;
}

/** @throws Fault `usage` */
export function parseDays(text: string): number {
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (days < 1 || days > DAYS_MOST)
    throw usage(`${JSON.stringify(text)} is not a number of days`, `give a whole number from 1 to ${DAYS_MOST}`);
  return days;
}
