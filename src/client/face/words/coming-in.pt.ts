// Faults of coming in, Portuguese: invitations, the door, another device of one's own.
import type { FaultWords } from "./fault-words.ts";

export const comingInPt = (): FaultWords => ({
  "invitation-malformed": {
    says: "isto não é um convite inteiro",
    hint: "copie a linha inteira; num console, entre aspas: ela tem um #",
  },
  "invitation-refused": { says: "o convite não vale: é desconhecido, usado, velho ou retirado", hint: "peça outro" },
  "realm-mismatch": {
    says: "este servidor não é o do convite: a impressão digital da CA é outra",
    hint: "nada foi dito a ele; peça o convite de novo e compare a linha",
  },
  "door-malformed": {
    says: "a porta do servidor responde de um modo desconhecido",
    hint: "confira servidor e porta; pode ser outra versão",
  },
  "user-missing": { says: "falta dizer para quem é" },
  "user-taken": { says: "esse nome já é de alguém", hint: "tente outro" },
  "handle-invalid": {
    says: ["{detail}", "esse nome não vale"],
    hint: "letras a-z, dígitos, ponto e hifens; no máximo 32",
  },
  "key-used": { says: "essa chave já tem um certificado" },
  "device-away": {
    says: "o dispositivo que mostrou a linha não está conectado",
    hint: "mostre lá outra linha com /pair",
  },
  "pairing-unanswered": { says: "esse dispositivo não responde", hint: "veja se está conectado; vale a mesma linha" },
  "pairing-over": { says: "o tempo da linha acabou", hint: "mostre outra" },
  "too-many-requests": { says: "são tentativas demais ao mesmo tempo", hint: "espere meio minuto" },
  "no-door": { says: "o servidor não tem porta de entrada" },
  "no-issuer": { says: "o servidor não pode emitir certificados" },
  "openpgp-needed": {
    says: "o convite é para quem tem uma chave OpenPGP",
    hint: "chat-client join LINHA --pgp ENDEREÇO",
  },
  "profile-exists": {
    says: ["já há um perfil {name}", "já há um perfil com esse nome"],
    hint: "nada mudou; escolha outro nome, ou comece com esse",
  },
  "lease-over": {
    says: ["{detail}", "o tempo deste convidado acabou"],
    hint: "um dono do reino pode convidar você de novo",
  },
});
