// How a command or an act is typed: what stands for something, in the language of the person. What is typed as it stands stays.
import type { Language } from "./say.ts";

/** @internal */
export const STANDS_FOR: Readonly<Record<string, readonly [es: string, pt: string]>> = {
  ACT: ["ACTO", "ATO"],
  COMMAND: ["COMANDO", "COMANDO"],
  DAYS: ["DÍAS", "DIAS"],
  DEVICE: ["DISPOSITIVO", "DISPOSITIVO"],
  EMOJI: ["EMOJI", "EMOJI"],
  FILE: ["ARCHIVO", "ARQUIVO"],
  HOW: ["CÓMO", "COMO"],
  ID: ["ID", "ID"],
  LIMIT: ["LÍMITE", "LIMITE"],
  MINUTES: ["MINUTOS", "MINUTOS"],
  NAME: ["NOMBRE", "NOME"],
  PATH: ["RUTA", "CAMINHO"],
  ROLE: ["PAPEL", "PAPEL"],
  ROOM: ["SALA", "SALA"],
  TARGET: ["QUIÉN", "QUEM"],
  TEXT: ["TEXTO", "TEXTO"],
  TIME: ["TIEMPO", "TEMPO"],
  USER: ["USUARIO", "USUÁRIO"],
  WHAT: ["QUÉ", "QUÊ"],
  WORD: ["PALABRA", "PALAVRA"],
  WORDS: ["PALABRAS", "PALAVRAS"],
};

export function usageWords(usage: string, language: Language): string {
  if (language === "en") return usage;
  return usage.replaceAll(/[A-Z]{2,}/g, (word) => {
    const [es, pt] = Object.hasOwn(STANDS_FOR, word) ? (STANDS_FOR[word] ?? []) : [];
    return (language === "es" ? es : pt) ?? word;
  });
}
