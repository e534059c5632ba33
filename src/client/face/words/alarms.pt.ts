// Alarms and notices, Portuguese: by code.
import type { FaultWords } from "./fault-words.ts";

export const alarmsPt = (): FaultWords => ({
  // Alarms.
  "server-behind": {
    says: "o servidor foi restaurado de uma cópia mais antiga: o que foi enviado daqui é enviado de novo",
  },
  "log-forked": {
    says: [
      "a história do servidor não é a que ele deu antes: {detail}",
      "a história do servidor não é a que ele deu antes",
    ],
  },
  "history-mismatch": {
    says: [
      "o que o servidor dá de antes não combina com o resto e não é guardado: {detail}",
      "o que o servidor dá de antes não combina com o resto e não é guardado",
    ],
  },
  "archive-forged": {
    says: [
      "há mensagens anteriores em que não se pode acreditar e que não são mostradas: {detail}",
      "há mensagens anteriores em que não se pode acreditar e que não são mostradas",
    ],
  },
  "handover-mismatch": {
    says: [
      "o que foi entregue a este dispositivo não é o que diz a conversa e não é guardado: {detail}",
      "o que foi entregue a este dispositivo não é o que diz a conversa e não é guardado",
    ],
  },
  "log-hole": { says: ["o servidor pulou mensagens: {detail}", "o servidor pulou mensagens"] },
  replay: {
    says: [
      "uma mensagem que já existe foi repetida; não é mostrada de novo: {detail}",
      "uma mensagem que já existe foi repetida; não é mostrada de novo",
    ],
  },
  "own-forged": {
    says: [
      "algo diz ser deste dispositivo, que não o escreveu: {detail}",
      "algo diz ser deste dispositivo, que não o escreveu",
    ],
  },
  "sender-mismatch": {
    says: [
      "o servidor indica um autor que não é o que está provado: {detail}",
      "o servidor indica um autor que não é o que está provado",
    ],
  },
  "safety-number-changed": {
    says: ["o número com @{user} mudou desde que foi mostrado", "{detail}", "o número de segurança mudou"],
    hint: "compare-o de novo",
  },
  "realm-log-split": {
    says: [
      "o servidor mostra registros diferentes dos seus certificados: {detail}",
      "o servidor mostra registros diferentes dos seus certificados a dispositivos diferentes",
    ],
    hint: "compare os números de segurança com quem você escreve",
  },
  "realm-log-withheld": {
    says: [
      "o servidor não mostra a este dispositivo todo o registro dos seus certificados: {detail}",
      "o servidor não mostra a este dispositivo todo o registro dos seus certificados",
    ],
  },
  "realm-log-shrunk": { says: "o registro de certificados do servidor perdeu entradas que tinha assinado" },
  "realm-log-unread": {
    says: ["não dá para acreditar no registro do reino: {detail}", "não dá para acreditar no registro do reino"],
  },
  "realm-log-key": {
    says: ["a chave do registro do reino não prova nada: {detail}", "a chave do registro do reino não prova nada"],
  },
  "device-unlogged": {
    says: [
      "um dispositivo não consta no registro do reino, e nada se escreve a ele: {detail}",
      "um dispositivo não consta no registro do reino, e nada se escreve a ele",
    ],
  },
  "own-certificate": {
    says: [
      "há um certificado para este dispositivo que ele não pediu: {detail}",
      "há um certificado para este dispositivo que ele não pediu",
    ],
  },
  "pairing-false": {
    says: "outra máquina quis ser um dispositivo seu sem ter visto a linha; foi recusada e a linha não vale mais",
  },
  "sender-unverified": {
    says: [
      "nada prova quem é um dispositivo; o nome não é mostrado: {detail}",
      "nada prova quem é um dispositivo; o nome não é mostrado",
    ],
  },
  replayed: { says: ["alguém repete mensagens antigas: {detail}", "alguém repete mensagens antigas"] },
  "roster-mismatch": {
    says: [
      "uma mudança no grupo não é a que foi declarada: {detail}",
      "uma mudança no grupo não é a que foi declarada",
    ],
  },
  "commit-refused": { says: ["uma mudança no grupo foi recusada: {detail}", "uma mudança no grupo foi recusada"] },

  // Notices.
  motd: { says: "{text}" },
  "own-device-added": { says: "você tem um dispositivo novo: {device}", hint: "se não é seu, exclua-o já" },
  "own-device-revoked": { says: "seu dispositivo {device} foi revogado" },
  "certificate-issued": { says: "foi emitido um certificado em seu nome (dispositivo {device})" },
  "password-set": { says: "@{by} definiu uma senha" },
  "password-change": { says: "@{by} mudou a própria senha" },
  act: {
    says: [
      "@{by} usou os direitos de administrador: {act}",
      "alguém no servidor usou os direitos de administrador: {act}",
      "alguém usou os direitos de administrador",
    ],
  },
  "key-changed": { says: ["um dispositivo assina com outra chave: {detail}", "um dispositivo assina com outra chave"] },
  "certificate-ends": {
    says: ["o certificado deste dispositivo termina logo: {detail}", "o certificado deste dispositivo termina logo"],
  },
  awaited: {
    says: ["{detail}", "a outra pessoa não tem agora um dispositivo que possa ler: o que você escrever espera"],
  },
  "added-too-long-ago": { says: ["{detail}", "este dispositivo foi adicionado há tempo demais; entra sozinho"] },
  "vault-not-the-same": {
    says: "o que está guardado aqui é uma cópia mais antiga: o dispositivo entra de novo nas suas conversas",
  },
  "came-in-anew": { says: ["{detail}", "um dispositivo tinha perdido as chaves e entrou de novo"] },
  "history-received": { says: ["{detail}", "chegou o que foi dito antes"] },
  "own-found": { says: ["{detail}", "mensagens próprias foram recuperadas"] },
  "roster-mended": { says: ["{detail}", "um membro corrigiu a lista de membros do servidor"] },
});
