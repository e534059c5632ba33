// Faults that are seldom met, Spanish: several codes have the same words, where a person can do no more about one than about the other.
import { type FaultWords, wordsOf } from "./fault-words.ts";

export const seldomEs = (): FaultWords =>
  wordsOf([
    // The connection, and what answers there.
    ["link-internal", { says: "algo falló en la conexión: {message}" }],
    ["renewed", { says: "este dispositivo tiene un certificado nuevo y se conecta con él" }],
    [
      "connect-stopped link-stopped stopped",
      { says: "el programa se está cerrando", hint: "lo que espera se envía al empezar otra vez" },
    ],
    [
      "link-timeout link-unreachable",
      { says: "el servidor no respondió a tiempo", hint: "no se pierde nada: lo que espera se envía la próxima vez" },
    ],
    [
      "server-old-tls",
      { says: "lo que responde no habla TLS 1.3", hint: "puede ser otro programa: comprueba el servidor y el puerto" },
    ],
    [
      "server-no-alpn",
      {
        says: "lo que responde no es un chat-server",
        hint: "puede ser otro programa: comprueba el servidor y el puerto",
      },
    ],
    [
      "server-tls",
      {
        says: ["no se pudo conectar ({detail})", "no se pudo conectar por TLS"],
        hint: "comprueba la dirección, la red y el cortafuegos",
      },
    ],
    [
      "server-usage server-certificate certificate-name",
      { says: "el certificado del servidor no sirve", hint: "avisa al administrador" },
    ],
    ["certificate-usage", { says: "el certificado no es para esto", hint: "pide uno nuevo" }],
    [
      "crl-missing crl-expired crl-not-yet-valid crl-untrusted",
      { says: "al servidor le falta una lista de revocación válida", hint: "avisa al administrador" },
    ],
    [
      "alpn hello-expected hello-twice malformed unknown-message frame-empty frame-too-large",
      { says: "el servidor y este programa no se entienden", hint: "actualiza el más antiguo de los dos" },
    ],
    ["goodbye bye", { says: "el servidor cerró la conexión" }],
    // Files of an identity, and coming in.
    ["identity-choice", { says: "hay varias identidades, o no está la elegida", hint: "elige una con --as" }],
    [
      "key-malformed bundle-malformed pem-malformed der-malformed",
      { says: "el archivo no se puede leer o no es lo que parece", hint: "mira qué archivo es; pide uno nuevo" },
    ],
    [
      "key-type credential-key",
      { says: "esa clase de clave no se puede usar aquí", hint: "pide un certificado nuevo" },
    ],
    [
      "passphrase-unreadable file-unreadable",
      { says: "el archivo no se puede leer", hint: "mira su nombre y quién puede leerlo" },
    ],
    ["invitation-missing", { says: "falta la invitación" }],
    ["no-such-pairing bad-signature", { says: "la otra máquina ya no espera", hint: "muestra otra línea" }],
    [
      "too-large not-here cut-off",
      { says: "la puerta del servidor no entendió lo pedido", hint: "inténtalo otra vez" },
    ],
    [
      "request-malformed request-proof request-identity",
      {
        says: ["{detail}", "lo que se pide no es para este nombre o dispositivo"],
        hint: "prueba con el nombre de la invitación",
      },
    ],
    ["registration-closed", { says: "en este reino solo entra quien tiene invitación", hint: "pide una a un dueño" }],
    // Administration.
    [
      "no-such-invitation",
      { says: ["{detail}", "no hay una invitación así que aún valga"], hint: "/admin invitations las muestra" },
    ],
    ["role-unknown", { says: ["{detail}", "no hay un papel así"], hint: "owner (dueño), admin o member (miembro)" }],
    ["reason-unknown", { says: ["{detail}", "no hay un motivo así"] }],
    [
      "unknown-act bad-request",
      {
        says: ["{detail}", "el servidor no entiende lo pedido"],
        hint: "actualiza el más antiguo de los dos programas",
      },
    ],
    ["admin-unreachable", { says: "no se alcanza al servidor" }],
    [
      "too-many-certificates",
      {
        says: ["{detail}", "son demasiados certificados"],
        hint: "deja fuera los que no se usan; /admin limits muestra cuántos puede haber",
      },
    ],
    ["backup-running", { says: "ya se está haciendo otra copia", hint: "espera a que termine" }],
    ["backup-changed", { says: "un archivo cambió mientras se copiaba", hint: "hazla otra vez" }],
    ["backup-corrupt", { says: "la copia está dañada o no es una copia", hint: "prueba con otra" }],
    ["backup-newer", { says: "la copia es de una versión más nueva", hint: "usa esa versión" }],
    ["backup-unreadable", { says: "la copia no se puede leer", hint: "mira su nombre y quién puede leerla" }],
    ["backup-unwritable", { says: "la copia no se puede escribir", hint: "mira la carpeta y el disco" }],
    ["backup-exists", { says: "ya hay algo donde iría la copia", hint: "elige otro nombre" }],
    [
      "openpgp-fingerprint",
      {
        says: "eso no es la huella de una clave OpenPGP",
        hint: "40 cifras hexadecimales, como las muestra gpg --fingerprint DIRECCIÓN",
      },
    ],
    [
      "openpgp-list config-pgp-source pgp-malformed",
      {
        says: "eso no es una lista de direcciones ni de servidores de claves",
        hint: "por ejemplo allow=example.org servers=wkd",
      },
    ],
    [
      "openpgp-no-key openpgp-off",
      { says: "el reino no tiene aún una clave OpenPGP", hint: "openpgp email=chat@example.org le da una" },
    ],
    [
      "openpgp-refused openpgp-not-allowed openpgp-not-meant",
      { says: "con esa dirección no se puede entrar", hint: "pregunta a un dueño del reino" },
    ],
    [
      "pgp-publish pgp-source-failed",
      { says: "el servidor de claves no aceptó o no respondió", hint: "inténtalo más tarde" },
    ],
    // Single requests.
    ["no-such-log no-such-blob", { says: "el servidor no tiene eso" }],
    [
      "bad-log-id bad-commit no-group-info signal-too-large blob-id not-supported",
      { says: "el servidor no aceptó lo que pidió este programa", hint: "actualiza el más antiguo de los dos" },
    ],
    [
      "too-many-suites too-many-parts",
      { says: "el servidor guarda ya demasiado de este dispositivo", hint: "inténtalo dentro de una hora" },
    ],
    [
      "blob-mismatch transfer-answer",
      { says: "lo que guarda el servidor no es lo que se le dio", hint: "inténtalo otra vez" },
    ],
    ["answer", { says: "el servidor respondió otra cosa" }],
    ["unreadable", { says: "lo que esperaba no se puede leer" }],
    ["bad-payload", { says: "eso no se puede enviar así" }],
    ["bad-json bad-frame", { says: "eso no se entiende" }],
    ["line-too-long", { says: "la línea es demasiado larga", hint: "envíala como archivo con /file" }],
    ["not-for-pages", { says: "eso no se pide desde una página" }],
    ["nobody-yet", { says: "aún no ha entrado nadie aquí", hint: "entra primero" }],
    ["somebody-already", { says: "esta máquina ya es un dispositivo" }],
    ["upload", { says: "el archivo no llegó al programa", hint: "inténtalo otra vez" }],
    ["too-many", { says: "son demasiados archivos de una vez" }],
    // What is kept here.
    ["passphrase-kept", { says: "la frase de paso sigue como estaba" }],
    ["vault-exists", { says: "aquí ya hay algo guardado de esta identidad" }],
    // The realm's log.
    [
      "log-malformed log-signature log-range log-refused log-shrunk",
      { says: "no se puede creer el registro del reino", hint: "avisa al administrador" },
    ],
    ["no-log", { says: "este servidor no lleva registro" }],
    // Encrypted groups.
    [
      "commit-invalid not-used leaf-twice other-group foreign-group credential-kind bad-terms move-malformed not-due archive-mismatch archive-malformed envelope-malformed mls-malformed mls-too-large mls-suite",
      { says: ["algo en el grupo no es como debe: {detail}", "algo en el grupo no es como debe"] },
    ],
    [
      "epoch-ahead epoch-gone undecryptable no-archive-copy no-archive-key history-gone",
      { says: "el mensaje no se puede leer aquí" },
    ],
    ["no-archive", { says: "aquí los nuevos no leen nada de lo anterior" }],
    ["not-in-group", { says: "este dispositivo no está en la conversación" }],
    [
      "key-package-expired welcome-unusable group-info-unusable no-key-package not-everybody grant-malformed segment-malformed",
      { says: "lo que hay de otro dispositivo no sirve todavía", hint: "se resuelve solo cuando vuelva a conectarse" },
    ],
    [
      "commit-impossible seal-failed proposed-already not-proposed not-own-device",
      { says: "el grupo no admite eso ahora", hint: "inténtalo otra vez" },
    ],
    ["state-malformed", { says: "lo guardado de un grupo no se puede leer; el dispositivo entra en él de nuevo" }],
    ["mls-failed", { says: "los grupos cifrados fallaron", hint: "abre el programa otra vez" }],
    ["mls-overload", { says: "los grupos cifrados tienen demasiado que hacer", hint: "inténtalo en un momento" }],
  ]);
