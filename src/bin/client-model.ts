// The model behind the terminal and the page, of one device on this machine: the clock, the calendar and the language are those of its user.
import { ScreenModel } from "../client/app/screens/screens.ts";
import type { LocalTime } from "../client/app/screens/world.ts";
import { checkedPassphrase } from "../client/face/strength.ts";
import { serverName } from "../client/link/server-name.ts";
import type { Clock } from "../client/port/clock.ts";
import type { Platform } from "../client/vault/home.ts";
import { systemLanguage } from "./client-language.ts";
import type { Self } from "./client-self.ts";

export interface ModelWorld {
  readonly self: Self;
  readonly clock: Clock;
  readonly platform: Platform;
  readonly random: (bytes: number) => Uint8Array;
  readonly defer: (run: () => void) => void;
}

export function modelOf({ self, clock, platform, random, defer }: ModelWorld): ScreenModel {
  const { files, vault, host, port } = self;
  const { user, name, device } = files.peer;
  return new ScreenModel({
    self: { user, name, device, realm: files.realm.fingerprint, server: serverName(host, port) },
    clock,
    random,
    defer,
    local: localTime,
    language: systemLanguage(platform.env),
    setting: (setting) => vault.setting(setting),
    commit: (changes) => vault.commit(changes, { durable: false }),
    passphrase: {
      isSet: () => vault.guard === "passphrase",
      check: (passphrase) => vault.isPassphrase(passphrase),
      set: async (passphrase) =>
        vault.protectAside(passphrase === undefined ? undefined : checkedPassphrase(passphrase)),
    },
  });
}

function localTime(at: number): LocalTime {
  const date = new Date(at);
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0"));
  return { day: `${date.getFullYear()}-${month}-${day}`, minutes: 60 * date.getHours() + date.getMinutes() };
}
