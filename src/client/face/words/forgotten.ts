// What helps whoever has forgotten the passphrase of what is kept on this machine: told after a few wrong ones.
import type { Language } from "./say.ts";

/** No wider than a terminal of 80 columns. */
const FORGOTTEN: Readonly<Record<Language, readonly string[]>> = {
  en: [
    "forgotten? without it nobody opens this; a backup helps: chat-client restore",
    "or come in anew: /pair on your other device, chat-client recover, an invitation",
  ],
  es: [
    "¿olvidada? sin ella nadie abre esto; ayuda una copia: chat-client restore",
    "o entra de nuevo: /pair en tu otro dispositivo, chat-client recover, invitación",
  ],
  pt: [
    "esquecida? sem ela ninguém abre isto; uma cópia ajuda: chat-client restore",
    "ou entre de novo: /pair no seu outro dispositivo, chat-client recover, convite",
  ],
};

/** So many wrong ones are no slip of the hand. */
export const WRONG_MANY = 3;

export function forgottenLines(language: Language): readonly string[] {
  return FORGOTTEN[language];
}
