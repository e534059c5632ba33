// Alarms and notices, Spanish: by code.
import type { FaultWords } from "./fault-words.ts";

export const ALARMS_ES: FaultWords = {
  // Alarms.
  "server-behind": {
    says: "el servidor se restauró de una copia más antigua: lo enviado desde aquí se envía otra vez",
  },
  "log-forked": { says: "la historia del servidor no es la que dio antes: {message}" },
  "history-mismatch": { says: "lo anterior que da el servidor no encaja con lo demás y no se guarda: {message}" },
  "archive-forged": { says: "hay mensajes anteriores que no se pueden creer y no se muestran: {message}" },
  "handover-mismatch": {
    says: "lo que se entregó a este dispositivo no es lo que dice la conversación y no se guarda: {message}",
  },
  "log-hole": { says: "el servidor se ha saltado mensajes: {message}" },
  replay: { says: "un mensaje que ya está se ha repetido; no se muestra otra vez: {message}" },
  "own-forged": { says: "algo dice ser de este dispositivo, que no lo escribió: {message}" },
  "sender-mismatch": { says: "el servidor nombra a un autor que no es el que está probado: {message}" },
  "safety-number-changed": {
    says: ["el número con @{user} ha cambiado desde que se mostró", "el número de seguridad ha cambiado: {message}"],
    hint: "compáralo otra vez",
  },
  "realm-log-split": { says: "el servidor muestra registros distintos de sus certificados a distintos dispositivos" },
  "realm-log-withheld": { says: "el servidor no le muestra a este dispositivo todo el registro de sus certificados" },
  "realm-log-shrunk": { says: "el registro de certificados del servidor ha perdido entradas que había firmado" },
  "realm-log-unread": { says: "no se puede creer el registro del reino: {message}" },
  "realm-log-key": { says: "la clave del registro del reino no prueba nada: {message}" },
  "device-unlogged": { says: "un dispositivo no figura en el registro del reino, y no se le escribe: {message}" },
  "own-certificate": { says: "hay un certificado para este dispositivo que no pidió: {message}" },
  "pairing-false": {
    says: "otra máquina quiso ser un dispositivo tuyo sin haber visto la línea; se rechazó y la línea ya no vale",
  },
  "sender-unverified": { says: "nada prueba quién es un dispositivo; su nombre no se muestra: {message}" },
  replayed: { says: "alguien repite mensajes antiguos: {message}" },
  "roster-mismatch": { says: "un cambio en el grupo no es el que se declaró: {message}" },
  "commit-refused": { says: "un cambio en el grupo se rechazó: {message}" },

  // Notices.
  motd: { says: "{text}" },
  "own-device-added": { says: "tienes un dispositivo nuevo: {device}", hint: "si no es tuyo, déjalo fuera ya" },
  "own-device-revoked": { says: "tu dispositivo {device} fue revocado" },
  "certificate-issued": { says: "se emitió un certificado a tu nombre (dispositivo {device})" },
  act: {
    says: [
      "@{by} usó los derechos de administrador: {act}",
      "alguien en el servidor usó los derechos de administrador: {act}",
      "{message}",
    ],
  },
  "key-changed": { says: "un dispositivo firma con otra clave que antes: {message}" },
  "certificate-ends": { says: "el certificado de este dispositivo termina pronto: {message}" },
  awaited: { says: "la otra persona no tiene ahora un dispositivo que pueda leerlo: lo que escribas espera" },
  "added-too-long-ago": { says: "te añadieron hace demasiado: otro miembro tiene que dejarte entrar" },
  "vault-not-the-same": {
    says: "lo guardado aquí es una copia más antigua: el dispositivo entra de nuevo en sus conversaciones",
  },
  "came-in-anew": { says: "este dispositivo ha entrado de nuevo: {message}" },
  "history-received": { says: "ha llegado lo que se dijo antes: {message}" },
  "own-found": { says: "se han recuperado mensajes propios: {message}" },
  "roster-mended": { says: "este dispositivo ha corregido la lista de miembros del servidor" },
};
