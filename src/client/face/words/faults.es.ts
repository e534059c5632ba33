// Faults that a person at a face can meet, Spanish: by code. Where nothing is known of a code it is said as it came, in English.
import type { FaultWords } from "./fault-words.ts";

export const faultsEs = (): FaultWords => ({
  // The connection.
  "connect-refused": {
    says: ["nada escucha en {server}", "nada escucha en la dirección del servidor"],
    hint: "arranca allí chat-server, o comprueba la dirección; si es una invitación, puede estar usada o ser vieja: pide otra",
  },
  "connect-host-unknown": {
    says: "el nombre del servidor no se encuentra",
    hint: "comprueba la red y el nombre, o da la dirección IP",
  },
  "connect-unreachable": {
    says: "no hay camino hasta el servidor",
    hint: "comprueba la dirección, la red y el cortafuegos",
  },
  "connect-timeout": { says: "el servidor no responde", hint: "comprueba la dirección, la red y el cortafuegos" },
  "connect-handshake-timeout": {
    says: "el servidor acepta la conexión y no responde",
    hint: "puede ser otro programa, o estar sobrecargado",
  },
  "connect-reset": {
    says: "el servidor colgó al empezar",
    hint: "puede ser otro programa; mira el registro del servidor",
  },
  "connect-greeting": { says: "el servidor no saludó a tiempo", hint: "está sobrecargado, o lo está su disco" },
  "connect-failed": { says: ["no se pudo conectar: {detail}", "no se pudo conectar"] },
  "connect-cut": { says: "la puerta del servidor cortó la conexión", hint: "inténtalo otra vez con la misma línea" },
  "link-closed": { says: "se cortó la conexión" },
  "link-silent": { says: "el servidor lleva demasiado tiempo callado" },
  "link-malformed": {
    says: "el servidor envió algo que no es de este protocolo",
    hint: "actualiza el programa más antiguo de los dos",
  },
  "link-answer": {
    says: "el servidor respondió otra cosa que lo pedido",
    hint: "actualiza el programa más antiguo de los dos",
  },
  "link-down": { says: "cortada a propósito", hint: "/link up conecta otra vez" },
  offline: { says: "ahora no se puede preguntar al servidor", hint: "inténtalo cuando haya conexión" },
  cut: { says: "el programa de esta máquina no responde" },
  shutdown: { says: "el servidor se está parando" },
  maintenance: { says: "el reino está en mantenimiento: por ahora solo entran sus dueños" },
  idle: { says: "el servidor no supo nada de aquí en demasiado tiempo" },
  "login-timeout": { says: "no se saludó a tiempo" },
  overload: { says: "el servidor tiene demasiado que hacer", hint: "inténtalo en un momento" },
  internal: { says: "algo falló: {message}" },
  superseded: { says: "este dispositivo se conectó desde otro sitio", hint: "cierra el otro chat-client" },
  version: { says: "el servidor y este programa no tienen una versión común", hint: "actualiza el más antiguo" },
  "account-disabled": { says: "un administrador ha desactivado esta cuenta", hint: "pregunta a un dueño del reino" },
  "device-taken": {
    says: "el identificador de este dispositivo es de otra persona",
    hint: "pide un certificado nuevo",
  },

  // Certificates.
  "certificate-required": { says: "no hay certificado" },
  "certificate-malformed": { says: "el certificado no se puede leer", hint: "pide uno nuevo" },
  "certificate-untrusted": { says: "el certificado no es de este reino" },
  "certificate-expired": {
    says: "el certificado ha terminado",
    hint: "pide una invitación a un dueño; mira también el reloj",
  },
  "certificate-not-yet-valid": { says: "el certificado aún no vale", hint: "mira el reloj de esta máquina" },
  "certificate-revoked": {
    says: ["un certificado tuyo fue revocado (dispositivo {device})", "el certificado fue revocado"],
    hint: "pide una invitación a un dueño del reino",
  },
  "certificate-identity": { says: "el certificado no nombra exactamente a un usuario y un dispositivo" },
  "certs-missing": {
    says: "estos no son los archivos de una identidad",
    hint: "elige NOMBRE.p12, o los tres juntos: NOMBRE.crt, NOMBRE.key y ca.crt",
  },
  "key-mismatch": { says: "la clave y el certificado no van juntos" },
  "passphrase-needed": { says: "la clave está protegida con una frase de paso" },
  "passphrase-wrong": { says: "la frase de paso no la abre" },
  "server-not-tls": { says: "lo que responde no habla TLS", hint: "puede ser otro programa: comprueba -ip y -p" },
  "server-untrusted": {
    says: "el certificado del servidor no es de nuestro reino",
    hint: "es otro reino, o hay alguien en medio: compara la huella con el administrador",
  },
  "server-name": { says: "el certificado del servidor no es para este nombre" },
  "server-expired": {
    says: "el certificado del servidor ha terminado",
    hint: "avisa al administrador; mira también el reloj",
  },
  "server-not-yet-valid": {
    says: "el certificado del servidor aún no vale",
    hint: "avisa al administrador; mira también el reloj",
  },
  "server-revoked": {
    says: "el certificado del servidor fue revocado",
    hint: "avisa al administrador: otra persona puede tener su clave",
  },

  // What the server, or the conversation, refuses.
  "room-added": { says: "ahora estás en {place} (@{by})" },
  "room-removed": { says: "@{by} te sacó de {place}" },
  denied: { says: ["no te dejaron entrar en {place}", "aquí no puedes escribir"] },
  gone: { says: "esa conversación ya no existe" },
  "no-such-conversation": { says: ["{detail}", "no hay ninguna conversación así"], hint: "/conversations las muestra" },
  "too-many-conversations": { says: "nadie puede estar en más de mil conversaciones", hint: "sal de algunas" },
  "cannot-leave": { says: "del vestíbulo nadie sale" },
  "last-owner": {
    says: ["{detail}", "una sala conserva un dueño"],
    hint: "haz dueño a otro miembro, o termina la sala",
  },
  "not-an-admin": { says: "esto es para admins y dueños", hint: "pídeselo a uno de ellos" },
  "not-an-owner": { says: "esto es para dueños", hint: "pídeselo a uno de ellos" },
  "not-needed": { says: "ya puedes entrar: no hace falta pedirlo" },
  "too-many-asks": { says: "hay demasiadas peticiones", hint: "inténtalo más tarde" },
  "not-open": { says: "aquí nadie entra por su cuenta", hint: "pregunta a un admin" },
  "not-a-member": {
    says: [
      "@{user} no está en la conversación",
      "este dispositivo no está en {place}",
      "eso es para los miembros de la conversación",
    ],
  },
  "fixed-members": { says: "aquí nadie se añade ni se saca, y el nombre no cambia", hint: "crea una sala" },
  "in-roster-already": { says: "ya está en la conversación" },
  closed: { says: "la conversación ha terminado", hint: "crea otra" },
  "not-the-author": { says: "solo quien lo escribió puede cambiar un mensaje" },
  "message-deleted": { says: "el mensaje fue borrado" },
  "message-expired": { says: "el mensaje ha desaparecido" },
  "message-unreadable": { says: "el mensaje no se puede leer aquí" },
  "no-message": { says: "eso no es un mensaje, o no está aquí" },
  "too-many-reactions": {
    says: "un mensaje tiene como máximo 20 reacciones distintas",
    hint: "usa una de las que hay",
  },
  "no-such-user": {
    says: ["no hay ningún usuario @{user}", "{detail}", "no hay ningún usuario así"],
    hint: "/users los muestra",
  },
  "no-such-device": { says: ["{detail}", "no hay ningún dispositivo así"], hint: "/devices los muestra" },
  "too-many-devices": { says: ["{detail}", "son demasiados dispositivos"], hint: "deja fuera los que no se usan" },
  "no-keys": { says: ["{user} no tiene ningún dispositivo", "no tiene ningún dispositivo"] },
  "store-full": { says: "el disco del servidor está lleno", hint: "avisa al administrador" },
  "store-failed": { says: "el almacén del servidor falló", hint: "avisa al administrador" },
  "store-overload": { says: "el disco del servidor no da abasto", hint: "inténtalo en un momento" },
  "blob-quota": { says: "tus archivos ocuparían más de lo permitido", hint: "pregunta a un dueño del reino" },
  "blob-size": { says: "el archivo es demasiado grande o está vacío" },
  refused: { says: "el servidor no lo aceptó" },

  // Commands.
  "unknown-command": {
    says: ["no existe el comando /{name}", "no existe ese comando"],
    hint: "/help los muestra; //texto envía un texto que empieza con /",
  },
  "bad-command": { says: ["/{name} no se entiende así", "{detail}", "no se entiende así"], hint: "{hint}" },
  "bad-field": { says: ["{detail}", "eso no vale"], hint: "{hint}" },
  "bad-reference": {
    says: "eso no nombra ningún mensaje",
    hint: "^ es el último, ^2 el anterior; /history muestra las cifras de cada uno",
  },
  "ambiguous-message": { says: "varios terminan en esas cifras", hint: "/history muestra cuántas cifras hacen falta" },
  "no-such-message": {
    says: ["no hay ningún mensaje así en {place}", "no hay ningún mensaje así"],
    hint: "^ es el último; o elígelo con las flechas: /select",
  },
  "no-such-transfer": { says: "no hay ningún archivo así en camino" },
  "not-sent-yet": { says: "el último aún espera al servidor", hint: "nómbralo por sus cifras, o espera" },
  "name-taken": { says: ["ya existe #{name}", "esa sala ya existe"], hint: "/to lleva allí; o elige otro nombre" },
  "bad-topic": { says: "un tema es una línea de 250 caracteres como máximo" },
  "bad-label": {
    says: "el nombre de un dispositivo es una línea de 64 caracteres como máximo, sin espacios en los extremos",
    hint: "prueba con otro",
  },
  "bad-emoji": { says: "una reacción es un solo emoji", hint: "por ejemplo 👍" },
  "bad-query": {
    says: ["esa búsqueda no se entiende: {detail}", "esa búsqueda no se entiende"],
    hint: 'por ejemplo from:alice in:#vestíbulo on:2026-11-21 "una frase"',
  },
  "bad-text": { says: "el texto no es Unicode válido" },
  "empty-text": { says: "el texto está vacío", hint: "di algo" },
  "queue-full": { says: "esperan demasiados mensajes por enviar", hint: "espera a que salgan algunos" },
  "bad-key": { says: ["esa tecla o acción no existe: {detail}", "esa tecla o acción no existe"] },

  // Files.
  "source-path": { says: "la ruta del archivo está vacía o no es una ruta", hint: "nombra un archivo" },
  "source-missing": { says: ["no existe el archivo {path}", "no existe el archivo"], hint: "comprueba la ruta" },
  "source-unreadable": {
    says: ["no tienes permiso para leer {path}", "no tienes permiso para leer el archivo"],
    hint: "mira quién puede leerlo",
  },
  "source-kind": { says: ["{path} no es un archivo normal", "no es un archivo normal"], hint: "envía un archivo" },
  "source-too-large": {
    says: [
      "el archivo tiene {size}, y este servidor admite {most} como máximo",
      "el archivo es más grande de lo que admite este servidor",
    ],
    hint: "envíalo por partes",
  },
  "source-changed": {
    says: "el archivo ha cambiado mientras se enviaba",
    hint: "envíalo otra vez cuando nadie lo cambie",
  },
  "source-failed": { says: ["no se puede leer {path}", "no se puede leer el archivo"] },
  "target-path": { says: "la ruta donde guardar está vacía o no es una ruta", hint: "nombra una carpeta o un archivo" },
  "target-missing": { says: ["no existe la carpeta {path}", "no existe esa carpeta"], hint: "créala antes" },
  "target-unwritable": {
    says: ["no tienes permiso para escribir en {path}", "no tienes permiso para escribir ahí"],
    hint: "elige otro sitio",
  },
  "target-full": {
    says: ["el disco de {path} no tiene sitio para el archivo", "el disco no tiene sitio para el archivo"],
    hint: "haz sitio, o elige otro lugar",
  },
  "target-exists": {
    says: ["ya hay algo con ese nombre: {path}", "ya hay algo con ese nombre"],
    hint: "elige otro sitio u otro nombre",
  },
  "target-gone": {
    says: ["la carpeta {path}, o el archivo a medias, ya no está", "la carpeta, o el archivo a medias, ya no está"],
    hint: "elige otro sitio",
  },
  "target-changed": { says: "el archivo a medias no es el que se escribió", hint: "guárdalo otra vez" },
  "target-failed": { says: ["no se puede escribir en {path}", "no se puede escribir ahí"] },
  "ticket-malformed": { says: "lo que el mensaje dice de su archivo no sirve" },
  "stream-damaged": { says: "el archivo se cambió o se dañó por el camino" },
  "stream-truncated": { says: "el archivo acaba antes de tiempo" },
  "stream-trailing": { says: "el archivo sigue después de su fin" },
  "transfer-mismatch": { says: "el archivo no es el que dijo quien lo envió", hint: "pídeselo otra vez" },
  "transfer-gone": { says: "el servidor ya no tiene el archivo", hint: "pídelo otra vez a quien lo envió" },
  "transfer-limits": { says: "este servidor no admite archivos" },
  "transfer-cancelled": { says: "se canceló" },
  "transfer-stopped": { says: "el programa terminó antes que el archivo", hint: "empieza otra vez" },
  "transfer-running": { says: "este archivo ya está en camino", hint: "espera, o cancélalo" },
  "transfer-record": { says: "un envío a medias no se puede continuar", hint: "empieza otra vez" },
  "too-many-transfers": {
    says: "hay demasiados archivos en camino",
    hint: "espera a que pasen algunos; una carpeta entera va mejor en un solo archivo",
  },
  "no-pictures": { says: "esta terminal no muestra imágenes", hint: "/save M la guarda" },
  "not-a-picture": { says: "eso no es una imagen que se pueda mostrar", hint: "/save M lo guarda" },
  "picture-too-large": { says: "la imagen es demasiado grande para mostrarla aquí", hint: "/save M la guarda" },
  "picture-broken": { says: "la imagen no se puede leer", hint: "/save M la guarda tal como es" },
  "no-file": { says: "el mensaje no tiene archivo" },
  "file-exists": { says: "ya hay un archivo con ese nombre", hint: "no se escribió nada; elige otro nombre" },
  "file-unwritable": { says: "no se puede escribir el archivo", hint: "mira la carpeta y el disco" },
  "server-malformed": { says: "eso no es un servidor", hint: "por ejemplo chat.example.org o 192.0.2.7:12345" },

  // Passphrases, and what is kept on this machine.
  "passphrase-short": {
    says: ["una frase de paso tiene al menos {least} caracteres", "la frase de paso es demasiado corta"],
    hint: "no se cambió nada; cinco palabras al azar son una buena",
  },
  "passphrase-differs": { says: "no era la misma las dos veces", hint: "no se cambió nada; empieza otra vez" },
  "too-many-tries": { says: "demasiados intentos", hint: "espera un poco y prueba de nuevo" },
  "wrong-passphrase": { says: "esa no es la frase de paso", hint: "prueba otra vez" },
  "no-passphrase": { says: "hace falta la frase de paso" },
  "screen-locked": { says: "la pantalla está bloqueada", hint: "escribe antes la frase de paso" },
  "vault-locked": {
    says: "esta identidad está abierta en otro chat-client, y solo uno puede tenerla",
    hint: "cierra el otro",
  },
  "vault-corrupt": {
    says: ["lo guardado en esta máquina no se puede leer: {detail}", "lo guardado en esta máquina no se puede leer"],
  },
  "vault-key-missing": { says: "falta la clave de lo guardado en esta máquina" },
  "vault-newer": { says: "lo escribió una versión más nueva de este programa", hint: "usa esa versión" },
  "vault-full": { says: "el disco está lleno" },
  "vault-failed": {
    says: [
      "no se puede leer o escribir lo guardado en esta máquina: {detail}",
      "no se puede leer o escribir lo guardado en esta máquina",
    ],
  },
});
