// Why nobody comes in by a password.
import type { FaultWords } from "./fault-words.ts";

export const accountsEs = (): FaultWords => ({
  "realm-line": {
    says: "esto no es la línea entera de un reino",
    hint: "es chat://servidor:puerto/#… como la mostró register; quien lleva el servidor también la tiene: chat-server info",
  },
  "connect-no-login": {
    says: ["nada escucha en {server}", "nada escucha en la dirección de la línea"],
    hint: "arranca allí chat-server, o comprueba servidor y puerto; la puerta está cerrada mientras nadie del reino tenga contraseña",
  },
  "no-accounts": {
    says: "este servidor no deja entrar a nadie con contraseña",
    hint: "pide una invitación a quien lo lleva",
  },
  "login-refused": {
    says: "el nombre o la contraseña no es correcto",
    hint: "prueba otra vez; si has perdido la contraseña: chat-client recover",
  },
  "login-expired": { says: "se tardó demasiado", hint: "empieza otra vez" },
  "password-short": {
    says: "una contraseña tiene al menos 8 caracteres",
    hint: "no se cambió nada; cinco palabras al azar son una buena",
  },
  "recovery-refused": {
    says: "el nombre o la frase de recuperación no es correcto",
    hint: "compara las palabras con el papel",
  },
  "recovery-expired": { says: "se tardó demasiado", hint: "empieza otra vez" },
  "phrase-malformed": {
    says: [
      "la palabra {position} de la frase de recuperación no está en la lista",
      "una frase de recuperación tiene 24 palabras, y aquí hay {words}",
      "esto no es una frase de recuperación: una palabra es otra, o dos están cambiadas",
    ],
    hint: "mira otra vez el papel",
  },
  "phrase-differs": { says: "esas no son las palabras de la frase", hint: "mira otra vez el papel" },
  "registration-expired": { says: "se tardó demasiado", hint: "empieza otra vez" },
  "registration-closed": { says: "en este reino solo entra quien tiene invitación", hint: "pide una a un dueño" },
  "password-exists": { says: "esta persona ya tiene contraseña", hint: "inicia sesión con ella" },
  "password-server-key": {
    says: "la clave del servidor para contraseñas no es la de antes",
    hint: "pregunta a quien lleva el servidor; no se envió nada que sirva contra la contraseña",
  },
  "password-length": { says: "una contraseña tiene de 1 a 1024 bytes", hint: "escribe otra" },
  "password-malformed": {
    says: "el servidor responde a la contraseña de un modo desconocido",
    hint: "actualiza el programa más viejo de los dos",
  },
  "password-timeout": { says: "el cálculo con la contraseña tardó demasiado", hint: "prueba otra vez" },
  "password-failed": { says: "el cálculo con la contraseña se interrumpió", hint: "prueba otra vez" },
  "vault-unopened": {
    says: "la bóveda de identidad no se abre, o alguien la cambió",
    hint: "avisa a quien lleva el servidor",
  },
  "vault-malformed": {
    says: "la bóveda de identidad tiene otra forma, o es de otra persona",
    hint: "actualiza este programa; si sigue así, avisa a quien lleva el servidor",
  },
});
