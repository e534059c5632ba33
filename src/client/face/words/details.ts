// What is wrong with a command or an act, English beside Spanish and Portuguese; what has most words of its own first.
import type { Heard } from "./fault-words.ts";

export const details = (): readonly Heard[] => [
  // Fields, as the rooms below say them, and the server.
  ["/{verb}: the name of a user is missing", "/{verb}: falta el nombre de alguien", "/{verb}: falta o nome de alguém"],
  ["/{verb}: {why}", "/{verb}: {why}", "/{verb}: {why}"],
  [
    "the field user names this user, and a number is one of two",
    "ese eres tú: un número de seguridad es entre dos",
    "esse é você: um número de segurança é entre dois",
  ],
  [
    "user names this user, and a number is one of two",
    "ese eres tú: un número de seguridad es entre dos",
    "esse é você: um número de segurança é entre dois",
  ],
  ["the field {why}", "{why}", "{why}"],
  ["{field} is not one of: {words}", "«{field}» solo puede ser: {words}", "“{field}” só pode ser: {words}"],
  ["{field} is not one of {words}", "«{field}» solo puede ser: {words}", "“{field}” só pode ser: {words}"],
  [
    "history is neither none nor all nor days from 1 to {most}",
    "el historial es none (nada), all (todo) o de 1 a {most} días",
    "o histórico é none (nada), all (tudo) ou de 1 a {most} dias",
  ],
  [
    "{field} is not 0 or whole seconds from {least} to {most}",
    "«{field}» es 0 (nunca) o de {least} a {most} segundos",
    "“{field}” é 0 (nunca) ou de {least} a {most} segundos",
  ],
  [
    "{field} is not whole seconds from {least} to {most}",
    "«{field}» va de {least} a {most} segundos",
    "“{field}” vai de {least} a {most} segundos",
  ],
  [
    "{field} is not a whole number from {least} to {most}",
    "«{field}» es un número entero de {least} a {most}",
    "“{field}” é um número inteiro de {least} a {most}",
  ],
  [
    "{field} is not a text of 1 to {most} characters on one line",
    "«{field}» es un texto de una línea, de 1 a {most} caracteres",
    "“{field}” é um texto de uma linha, de 1 a {most} caracteres",
  ],
  [
    "{field} is not a text of at most {most} characters",
    "«{field}» es un texto de {most} caracteres como máximo",
    "“{field}” é um texto de no máximo {most} caracteres",
  ],
  ["{field} is missing or not a text", "falta «{field}»", "falta “{field}”"],
  [
    "{field} is too long for a conversation",
    "una conversación no se llama tan largo",
    "uma conversa não tem nome tão longo",
  ],
  ["{field} is not a user", "eso no puede ser el nombre de nadie", "isso não pode ser o nome de ninguém"],
  ["{field} is not a name of a user", "eso no puede ser el nombre de nadie", "isso não pode ser o nome de ninguém"],
  ["{field} is not a message id", "eso no nombra ningún mensaje", "isso não indica nenhuma mensagem"],
  ["{field} is not the path of a file", "eso no es la ruta de un archivo", "isso não é o caminho de um arquivo"],
  ["{field} is not a text", "«{field}» no es un texto", "“{field}” não é um texto"],
  ["{field} is not an object", "«{field}» no es un objeto", "“{field}” não é um objeto"],
  ["{field} is neither true nor false", "«{field}» es true o false", "“{field}” é true ou false"],
  ["{field} is not a time", "«{field}» no es un tiempo", "“{field}” não é um tempo"],
  ["listed goes with join: open or ask", "listed va con open o con ask", "listed vai com open ou com ask"],
  [
    "before goes with neither after nor around",
    "before no va con after ni con around",
    "before não vai com after nem com around",
  ],
  ["join is missing", "falta decir qué cambia", "falta dizer o que muda"],
  [
    "a name is one line of at most {most} characters",
    "un nombre es una línea de {most} caracteres como máximo",
    "um nome é uma linha de no máximo {most} caracteres",
  ],
  [
    '"name" is not a display name: at most {most} characters, no space at its ends',
    "un nombre visible tiene {most} caracteres como máximo, sin espacios en los extremos",
    "um nome visível tem no máximo {most} caracteres, sem espaços nas pontas",
  ],
  ['"text" and "clear" do not go together', "text y clear no van juntos", "text e clear não vão juntos"],
  [
    '"after" is not the id of a conversation',
    "«after» no es el identificador de una conversación",
    "“after” não é o identificador de uma conversa",
  ],
  [
    '"file" is not a plain name: an owner\'s backup is in the folder of backups',
    "es un nombre sin carpetas: la copia de un dueño va a la carpeta de copias del servidor",
    "é um nome sem pastas: a cópia de um dono vai para a pasta de cópias do servidor",
  ],
  ["{field} is no field of this act", "este acto no tiene «{field}»", "este ato não tem “{field}”"],

  // Acts of administration, as they are typed.
  ["the act is missing", "falta decir qué acto", "falta dizer qual ato"],
  ["there is no act {act}", "no hay un acto {act}", "não há um ato {act}"],
  ["there is no {act} to be done", "no hay un acto {act}", "não há um ato {act}"],
  ["{act}: the {field} is missing", "{act}: falta «{field}»", "{act}: falta “{field}”"],
  ["{word} is no FIELD=VALUE", "{word} no es CAMPO=VALOR", "{word} não é CAMPO=VALOR"],
  ["{act} is on or off, not {word}", "{act} es on u off, no {word}", "{act} é on ou off, não {word}"],
  [
    "{field} is not a number or a time: {word}",
    "«{field}» no es un número ni un tiempo: {word}",
    "“{field}” não é um número nem um tempo: {word}",
  ],
  ["{field} is not JSON", "«{field}» no es JSON", "“{field}” não é JSON"],
  [
    "a {field} is not said here: others could read it",
    "un secreto no se dice aquí: otros podrían leerlo",
    "um segredo não se diz aqui: outros poderiam lê-lo",
  ],
  ["{field} is missing", "falta «{field}»", "falta “{field}”"],

  // What the server answers to them.
  [
    "{user} is the last owner of this realm",
    "{user} es el último dueño de este reino",
    "{user} é o último dono deste reino",
  ],
  ["there is no user {user}", "no hay ningún usuario {user}", "não há nenhum usuário {user}"],
  ["there is no role {role}", "no hay un papel {role}", "não há um papel {role}"],
  ["there is no reason {reason}", "no hay un motivo {reason}", "não há um motivo {reason}"],
  [
    "there is no device or user {what}",
    "no hay dispositivo ni usuario {what}",
    "não há dispositivo nem usuário {what}",
  ],
  [
    "there is more than one device or user {what}",
    "hay más de un dispositivo o usuario {what}",
    "há mais de um dispositivo ou usuário {what}",
  ],
  [
    "there is no invitation {id} that is still good",
    "no hay una invitación {id} que aún valga",
    "não há um convite {id} que ainda valha",
  ],
  ["{user} is not a valid name", "{user} no vale como nombre", "{user} não vale como nome"],
  [
    "a guest would be out before coming in",
    "el invitado estaría fuera antes de entrar",
    "o convidado estaria fora antes de entrar",
  ],
  ["{user} has {n} devices already", "{user} ya tiene {n} dispositivos", "{user} já tem {n} dispositivos"],
  [
    "{user} has {n} good certificates already",
    "{user} ya tiene {n} certificados válidos",
    "{user} já tem {n} certificados válidos",
  ],

  // Conversations.
  [
    "several conversations are called {place}",
    "varias conversaciones se llaman {place}",
    "várias conversas se chamam {place}",
  ],
  [
    "no room of this name is listed",
    "no se anuncia ninguna sala con ese nombre",
    "nenhuma sala com esse nome é anunciada",
  ],

  // Searches and keys.
  [
    "a search has at most {most} characters",
    "una búsqueda tiene {most} caracteres como máximo",
    "uma busca tem no máximo {most} caracteres",
  ],
  [
    "a search has at most {most} words",
    "una búsqueda tiene {most} palabras como máximo",
    "uma busca tem no máximo {most} palavras",
  ],
  ["from: needs the name of a user", "from: pide el nombre de un usuario", "from: pede o nome de um usuário"],
  ["in: needs a conversation", "in: pide una conversación", "in: pede uma conversa"],
  ["{word}: needs a date", "{word}: pide una fecha", "{word}: pede uma data"],
  ["there is no key {key}", "no hay una tecla {key}", "não há uma tecla {key}"],
  ["nothing is called {name}", "nada se llama {name}", "nada se chama {name}"],

  // What is kept here, and the network; what the system says stays as it says it.
  ["the vault cannot be read: {why}", "{why}", "{why}"],
  ["the vault failed: {error}", "{error}", "{error}"],
  ["cannot open the vault {file}", "{file}", "{file}"],
  ["cannot make the folder {folder}: {error}", "{folder}: {error}", "{folder}: {error}"],
  ["cannot connect to {server}: {error}", "{server}: {error}", "{server}: {error}"],
];
