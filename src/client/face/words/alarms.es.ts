// Alarms and notices, Spanish: by code.
import type { FaultWords } from "./fault-words.ts";

export const alarmsEs = (): FaultWords => ({
  // Alarms.
  "server-behind": {
    says: "el servidor se restauró de una copia más antigua: lo enviado desde aquí se envía otra vez",
  },
  "log-forked": {
    says: [
      "la historia del servidor no es la que dio antes: {detail}",
      "la historia del servidor no es la que dio antes",
    ],
  },
  "history-mismatch": {
    says: [
      "lo anterior que da el servidor no encaja con lo demás y no se guarda: {detail}",
      "lo anterior que da el servidor no encaja con lo demás y no se guarda",
    ],
  },
  "archive-forged": {
    says: [
      "hay mensajes anteriores que no se pueden creer y no se muestran: {detail}",
      "hay mensajes anteriores que no se pueden creer y no se muestran",
    ],
  },
  "handover-mismatch": {
    says: [
      "lo que se entregó a este dispositivo no es lo que dice la conversación y no se guarda: {detail}",
      "lo que se entregó a este dispositivo no es lo que dice la conversación y no se guarda",
    ],
  },
  "log-hole": { says: ["el servidor se ha saltado mensajes: {detail}", "el servidor se ha saltado mensajes"] },
  replay: {
    says: [
      "un mensaje que ya está se ha repetido; no se muestra otra vez: {detail}",
      "un mensaje que ya está se ha repetido; no se muestra otra vez",
    ],
  },
  "own-forged": {
    says: [
      "algo dice ser de este dispositivo, que no lo escribió: {detail}",
      "algo dice ser de este dispositivo, que no lo escribió",
    ],
  },
  "sender-mismatch": {
    says: [
      "el servidor nombra a un autor que no es el que está probado: {detail}",
      "el servidor nombra a un autor que no es el que está probado",
    ],
  },
  "safety-number-changed": {
    says: ["el número con @{user} ha cambiado desde que se mostró", "{detail}", "el número de seguridad ha cambiado"],
    hint: "compáralo otra vez",
  },
  "realm-log-split": {
    says: [
      "el servidor muestra registros distintos de sus certificados: {detail}",
      "el servidor muestra registros distintos de sus certificados a distintos dispositivos",
    ],
    hint: "compara los números de seguridad con quienes te escribes",
  },
  "realm-log-withheld": {
    says: [
      "el servidor no le muestra a este dispositivo todo el registro de sus certificados: {detail}",
      "el servidor no le muestra a este dispositivo todo el registro de sus certificados",
    ],
  },
  "realm-log-shrunk": { says: "el registro de certificados del servidor ha perdido entradas que había firmado" },
  "realm-log-unread": {
    says: ["no se puede creer el registro del reino: {detail}", "no se puede creer el registro del reino"],
  },
  "realm-log-key": {
    says: [
      "la clave del registro del reino no prueba nada: {detail}",
      "la clave del registro del reino no prueba nada",
    ],
  },
  "device-unlogged": {
    says: [
      "un dispositivo no figura en el registro del reino, y no se le escribe: {detail}",
      "un dispositivo no figura en el registro del reino, y no se le escribe",
    ],
  },
  "own-certificate": {
    says: [
      "hay un certificado para este dispositivo que no pidió: {detail}",
      "hay un certificado para este dispositivo que no pidió",
    ],
  },
  "pairing-false": {
    says: "otra máquina quiso ser un dispositivo tuyo sin haber visto la línea; se rechazó y la línea ya no vale",
  },
  "sender-unverified": {
    says: [
      "nada prueba quién es un dispositivo; su nombre no se muestra: {detail}",
      "nada prueba quién es un dispositivo; su nombre no se muestra",
    ],
  },
  replayed: { says: ["alguien repite mensajes antiguos: {detail}", "alguien repite mensajes antiguos"] },
  "roster-mismatch": {
    says: ["un cambio en el grupo no es el que se declaró: {detail}", "un cambio en el grupo no es el que se declaró"],
  },
  "commit-refused": { says: ["un cambio en el grupo se rechazó: {detail}", "un cambio en el grupo se rechazó"] },

  // Notices.
  motd: { says: "{text}" },
  "own-device-added": { says: "tienes un dispositivo nuevo: {device}", hint: "si no es tuyo, déjalo fuera ya" },
  "own-device-revoked": { says: "tu dispositivo {device} fue revocado" },
  "certificate-issued": { says: "se emitió un certificado a tu nombre (dispositivo {device})" },
  "password-set": { says: "@{by} puso una contraseña" },
  "password-change": { says: "@{by} cambió su contraseña" },
  act: {
    says: [
      "@{by} usó los derechos de administrador: {act}",
      "alguien en el servidor usó los derechos de administrador: {act}",
      "alguien usó los derechos de administrador",
    ],
  },
  "key-changed": {
    says: ["un dispositivo firma con otra clave que antes: {detail}", "un dispositivo firma con otra clave que antes"],
  },
  "certificate-ends": {
    says: [
      "el certificado de este dispositivo termina pronto: {detail}",
      "el certificado de este dispositivo termina pronto",
    ],
  },
  awaited: {
    says: ["{detail}", "la otra persona no tiene ahora un dispositivo que pueda leerlo: lo que escribas espera"],
  },
  "added-too-long-ago": { says: ["{detail}", "este dispositivo fue añadido hace demasiado; entra por sí solo"] },
  "vault-not-the-same": {
    says: "lo guardado aquí es una copia más antigua: el dispositivo entra de nuevo en sus conversaciones",
  },
  "came-in-anew": { says: ["{detail}", "un dispositivo había perdido sus claves y ha entrado de nuevo"] },
  "history-received": { says: ["{detail}", "ha llegado lo que se dijo antes"] },
  "own-found": { says: ["{detail}", "se han recuperado mensajes propios"] },
  "roster-mended": { says: ["{detail}", "un miembro ha corregido la lista de miembros del servidor"] },
});
