// Why the server ended the connection, in our own words: its sentence is a stranger's, its code is enough.
import type { LinkReason } from "../port/views.ts";

const RENEW = "ask an owner of the realm for an invitation, or for a new certificate where it hands out files";

type Told = readonly [message: string, hint?: string];
const NO_LIST: Told = [
  "the server has no valid revocation list",
  "tell the administrator: it takes nobody before `make certs` was run again",
];

const REASONS: Readonly<Record<string, Told>> = {
  "certificate-required": [
    "the server wants a certificate and got none",
    "choose an identity with --as, or give --cert and --key",
  ],
  "certificate-untrusted": [
    "the server does not know the CA of our certificate",
    "use a certificate of the realm of this server",
  ],
  "certificate-expired": ["the server refused our certificate: it has expired", RENEW],
  "certificate-not-yet-valid": [
    "the server refused our certificate: it is not valid yet",
    "check the clocks of this machine and of the server",
  ],
  "certificate-usage": ["the server refused our certificate: it is not made for a client", RENEW],
  "certificate-revoked": ["the server refused our certificate: it was revoked", RENEW],
  "certificate-malformed": ["the server refused our certificate: it cannot be read", RENEW],
  "certificate-identity": ["the server refused our certificate: it does not name a user and a device", RENEW],
  "device-taken": ["another user has the device id of our certificate", RENEW],
  version: ["the server speaks no version of the protocol that we speak", "update this program or the server"],
  "crl-missing": NO_LIST,
  "crl-expired": NO_LIST,
  "crl-not-yet-valid": NO_LIST,
  superseded: [
    "this device connected again from elsewhere",
    "close the other chat-client of this identity, or get a certificate for each device",
  ],
  "account-disabled": ["the server lets this user in no more", "ask an owner of the realm"],
  maintenance: [
    "the realm is being looked after, and only its owners are let in",
    "nothing is lost: it goes on by itself",
  ],
  shutdown: ["the server is stopping"],
  idle: ["the server heard nothing from us for too long"],
  malformed: ["the server did not understand us", "update this program or the server"],
  "frame-too-large": ["the server did not take a frame so large", "update this program or the server"],
  "frame-empty": ["the server did not take an empty frame", "update this program or the server"],
  "login-timeout": ["the server did not wait for our hello"],
};

/** `told`: the server's own sentence, shown only where we have none. */
export function farewellReason(code: string, told: string): LinkReason {
  const known = Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  if (known === undefined)
    return {
      code: tidy(code),
      message: told === "" ? "the server ended the connection" : `the server ended the connection: ${told}`,
    };
  const [message, hint] = known;
  return hint === undefined ? { code, message } : { code, message, hint };
}

/** A code is lower-case words; what is not is not repeated. */
function tidy(code: string): string {
  return /^[a-z0-9-]{1,64}$/.test(code) ? code : "goodbye";
}
