// Why a change of a conversation does not come about, or a message.
import type { FaultWords } from "./fault-words.ts";

export const refusalsEs = (): FaultWords => ({
  "not-in-roster": { says: "el dispositivo ya no está en la conversación", hint: "/who muestra quién está" },
  "other-device": { says: "un dispositivo solo se añade a sí mismo, y solo saca a otros", hint: "/leave es la salida" },
  removed: { says: "este dispositivo fue sacado de la conversación", hint: "pide a un miembro que te añada otra vez" },
  "too-many-members": {
    says: "la conversación tiene ya todos los dispositivos que puede tener",
    hint: "crea otra sala",
  },
  "bad-room-name": {
    says: ["el nombre de una sala no lleva espacios: por ejemplo #{example}", "una sala no se puede llamar así"],
    hint: "minúsculas y cifras de un alfabeto; puntos y guiones entre ellas",
  },
  "no-user-name": {
    says: ["{user} no puede ser el nombre de nadie", "eso no puede ser el nombre de nadie"],
    hint: "un nombre tiene a-z, 0-9, punto, guion y guion bajo, 32 como mucho, y empieza por letra o cifra",
  },
  "user-left-out": { says: ["/{name}: falta el nombre de alguien", "falta el nombre de alguien"], hint: "{hint}" },
  "too-long": {
    says: ["tiene {bytes} bytes; un mensaje, {most} como máximo", "es demasiado largo"],
    hint: "envíalo con /file",
  },
});
