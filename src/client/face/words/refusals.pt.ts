// Why a change of who is in a conversation does not come about.
import type { FaultWords } from "./fault-words.ts";

export const REFUSALS_PT: FaultWords = {
  "not-in-roster": { says: "o dispositivo não está mais na conversa", hint: "/who mostra quem está" },
  "other-device": { says: "um dispositivo só adiciona a si mesmo, e só retira outros", hint: "/leave é a saída" },
  removed: { says: "este dispositivo foi retirado da conversa", hint: "peça a um membro que adicione você de novo" },
  "too-many-members": { says: "a conversa já tem todos os dispositivos que pode ter", hint: "crie outra sala" },
};
