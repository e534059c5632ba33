// Faults of coming in, Spanish: invitations, the door, another device of one's own.
import type { FaultWords } from "./fault-words.ts";

export const comingInEs = (): FaultWords => ({
  "invitation-malformed": {
    says: "esto no es una invitación entera",
    hint: "copia la línea entera; en una consola, entre comillas: lleva un #",
  },
  "invitation-refused": { says: "la invitación no vale: es desconocida, usada, vieja o retirada", hint: "pide otra" },
  "realm-mismatch": {
    says: "este servidor no es el de la invitación: la huella de su CA es otra",
    hint: "no se le dijo nada; pide la invitación otra vez y compara la línea",
  },
  "door-malformed": {
    says: "la puerta del servidor responde de un modo desconocido",
    hint: "comprueba servidor y puerto; puede ser otra versión",
  },
  "user-missing": { says: "falta decir para quién es" },
  "user-taken": { says: "ese nombre ya lo tiene alguien", hint: "prueba con otro" },
  "handle-invalid": {
    says: ["{detail}", "ese nombre no vale"],
    hint: "letras a-z, cifras, punto y guiones; 32 como máximo",
  },
  "key-used": { says: "esa clave ya tiene un certificado" },
  "device-away": {
    says: "el dispositivo que mostró la línea no está conectado",
    hint: "muestra allí otra línea con /pair",
  },
  "pairing-unanswered": { says: "ese dispositivo no responde", hint: "mira que esté conectado; vale la misma línea" },
  "pairing-over": { says: "se acabó el tiempo de la línea", hint: "muestra otra" },
  "too-many-requests": { says: "son demasiados intentos a la vez", hint: "espera medio minuto" },
  "no-door": { says: "el servidor no tiene puerta de entrada" },
  "no-issuer": { says: "el servidor no puede emitir certificados" },
  "openpgp-needed": {
    says: "la invitación es para quien tiene una clave OpenPGP",
    hint: "chat-client join LÍNEA --pgp DIRECCIÓN",
  },
  "profile-exists": {
    says: ["ya hay un perfil {name}", "ya hay un perfil con ese nombre"],
    hint: "no se cambió nada; elige otro nombre, o empieza con ese",
  },
  "lease-over": {
    says: ["{detail}", "el tiempo de este invitado se ha acabado"],
    hint: "un dueño del reino puede invitarte otra vez",
  },
});
