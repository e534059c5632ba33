// Why a change of a conversation does not come about, or a message.
import type { FaultWords } from "./fault-words.ts";

export const refusalsPt = (): FaultWords => ({
  "not-in-roster": { says: "o dispositivo não está mais na conversa", hint: "/who mostra quem está" },
  "other-device": { says: "um dispositivo só adiciona a si mesmo, e só retira outros", hint: "/leave é a saída" },
  removed: { says: "este dispositivo foi retirado da conversa", hint: "peça a um membro que adicione você de novo" },
  "too-many-members": { says: "a conversa já tem todos os dispositivos que pode ter", hint: "crie outra sala" },
  "bad-room-name": {
    says: ["o nome de uma sala não tem espaços: por exemplo #{example}", "uma sala não pode ter esse nome"],
    hint: "minúsculas e dígitos de um alfabeto; pontos e hifens entre eles",
  },
  "no-user-name": {
    says: ["{user} não pode ser o nome de ninguém", "isso não pode ser o nome de ninguém"],
    hint: "um nome tem a-z, 0-9, ponto, hífen e sublinhado, no máximo 32, e começa por letra ou algarismo",
  },
  "user-left-out": { says: ["/{name}: falta o nome de alguém", "falta o nome de alguém"], hint: "{hint}" },
  "too-long": {
    says: ["tem {bytes} bytes; uma mensagem, no máximo {most}", "é longo demais"],
    hint: "envie com /file",
  },
});
