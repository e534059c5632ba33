// What to do about something, where it is more than a code alone can say: English beside Spanish and Portuguese.
import type { Heard } from "./fault-words.ts";

export const hints = (): readonly Heard[] => [
  // Fields and acts.
  ["it has none", "no tiene ninguno", "não tem nenhum"],
  ["it has {fields}", "tiene {fields}", "tem {fields}"],
  ["one of: {words}", "uno de: {words}", "um de: {words}"],
  ["or one of: {words}", "o uno de: {words}", "ou um de: {words}"],
  ["for example: {words}", "por ejemplo: {words}", "por exemplo: {words}"],
  [
    "for example monday.backup; only on the server's machine it may be anywhere",
    "por ejemplo lunes.backup; solo en la máquina del servidor puede estar en otro sitio",
    "por exemplo segunda.backup; só na máquina do servidor pode ficar em outro lugar",
  ],
  ["for example bob, without @", "por ejemplo bob, sin @", "por exemplo bob, sem @"],
  ["for example 3, 90d or {date}", "por ejemplo 3, 90d o {date}", "por exemplo 3, 90d ou {date}"],
  ["for example {words}", "por ejemplo {words}", "por exemplo {words}"],
  ["#room, @user or an id", "#sala, @usuario o un identificador", "#sala, @usuário ou um identificador"],
  [
    "leave it out: one is made, and the answer says it once; or on the server's machine: {command}",
    "déjalo: se hace uno, y la respuesta lo dice una vez; o en la máquina del servidor: {command}",
    "deixe de fora: um é feito, e a resposta o diz uma vez; ou na máquina do servidor: {command}",
  ],
  [
    "give one of them, or none for the newest",
    "da uno de ellos, o ninguno para lo último",
    "dê um deles, ou nenhum para o mais recente",
  ],
  [
    "/devices in the chat, or chat-client devices, shows your own",
    "/devices muestra los tuyos",
    "/devices mostra os seus",
  ],
  [
    "make somebody else an owner first: chat-server role USER owner",
    "haz antes dueño a otra persona: role USUARIO owner",
    "torne antes outra pessoa dona: role USUÁRIO owner",
  ],
  ["`chat-server users` lists them", "/admin users los muestra", "/admin users os mostra"],
  ["give a time that is still to come", "da un tiempo que esté por llegar", "dê um tempo que ainda vai chegar"],
  [
    "use a-z, 0-9, dot, dash and underscore, at most 32, first a letter or digit",
    "a-z, 0-9, punto, guion y guion bajo, 32 como mucho, y empieza por letra o cifra",
    "a-z, 0-9, ponto, hífen e sublinhado, no máximo 32, e começa por letra ou algarismo",
  ],

  // Conversations.
  ["say which by its id: {ids}", "di cuál por su identificador: {ids}", "diga qual pelo identificador: {ids}"],
  [
    "rooms by invitation are joined when a member adds you",
    "en una sala con invitación entras cuando un miembro te añade",
    "numa sala por convite você entra quando um membro adiciona você",
  ],
  [
    "set its join policy to open or ask first",
    "antes: /policy open, o /policy ask",
    "antes: /policy open, ou /policy ask",
  ],
  ["rooms have names and topics", "las salas tienen nombre y tema", "as salas têm nome e tema"],
  [
    "owners and admins of a room may delete any",
    "los dueños y admins de una sala pueden borrar cualquiera",
    "os donos e admins de uma sala podem apagar qualquer uma",
  ],
  ["check the name; /users lists everybody", "mira el nombre; /users los muestra", "confira o nome; /users os mostra"],
  [
    "it may be deleted, or not yet stored",
    "quizá se borró, o aún no está guardado",
    "talvez tenha sido apagado, ou ainda não esteja guardado",
  ],
  ["it may be deleted", "quizá se borró", "talvez tenha sido apagado"],
  ["it may be through already", "quizá ya ha pasado", "talvez já tenha passado"],
  [
    "behind it may stand: open, ask or invite; listed; history DAYS",
    "detrás puede ir: open, ask o invite; listed; history DÍAS",
    "depois pode vir: open, ask ou invite; listed; history DIAS",
  ],
  ["it has half of a surrogate pair", "tiene media pareja sustituta", "tem meio par substituto"],
  ["/who in the chat says who is", "/who muestra quién está", "/who mostra quem está"],
  ["make room where {file} is", "haz sitio donde está {file}", "abra espaço onde está {file}"],
  ["check who may read and write it", "mira quién puede leerlo y escribirlo", "confira quem pode lê-lo e gravá-lo"],
  ["the vault is {file}", "está en {file}", "está em {file}"],
  [
    "it was left as it is; put a backup back, or move its folder away to start anew from the server: {file}",
    "se dejó como está; pon una copia en su lugar, o aparta su carpeta para empezar de nuevo desde el servidor: {file}",
    "ficou como está; ponha uma cópia no lugar, ou afaste a pasta para começar de novo a partir do servidor: {file}",
  ],
  ["choose another place with --home DIR", "elige otro lugar con --home", "escolha outro lugar com --home"],
  [
    "start it on a terminal and type it, or give --vault-passphrase-file",
    "ábrelo en una terminal y escríbela, o da --vault-passphrase-file",
    "abra num terminal e digite-a, ou dê --vault-passphrase-file",
  ],
  [
    "it was left untouched; choose another --home",
    "se dejó como está; elige otro --home",
    "ficou como está; escolha outro --home",
  ],
  [
    "put vault.key back into {folder}; without it nobody can read the vault, and all that is left is to move the folder away",
    "pon vault.key otra vez en {folder}; sin ella nadie puede leer lo guardado, y solo queda apartar la carpeta",
    "ponha vault.key de volta em {folder}; sem ela ninguém pode ler o que está guardado, e só resta afastar a pasta",
  ],
  [
    "--force replaces it by the backup; it is {file}",
    "--force pone la copia en su lugar; está en {file}",
    "--force põe a cópia no lugar; está em {file}",
  ],
  [
    "nothing is lost: a chat-client of this identity sends it when they are here",
    "no se pierde nada: se envía cuando estén",
    "nada se perde: é enviado quando estiverem aqui",
  ],
  [
    "make a new key: each device has its own",
    "haz otra clave: cada dispositivo tiene la suya",
    "faça outra chave: cada dispositivo tem a sua",
  ],
  ["make a new key", "haz otra clave", "faça outra chave"],
  ["say a name: {how}", "di un nombre", "diga um nome"],
  ["try again", "inténtalo otra vez", "tente de novo"],
  ["ask one of them", "pídeselo a uno de ellos", "peça a um deles"],
  ["choose it anew", "elígelo otra vez", "escolha-o de novo"],
  ["wait {n} s, then try again", "espera {n} s y prueba otra vez", "espere {n} s e tente de novo"],
  [
    "set one in the settings, or with chat-client passwd",
    "pon una en los ajustes, o con /passphrase",
    "ponha uma nas configurações, ou com /passphrase",
  ],
  [
    "nothing on this machine is lost; an owner of the realm can make a new invitation",
    "en esta máquina no se pierde nada; un dueño del reino puede invitarte otra vez",
    "nesta máquina nada se perde; um dono do reino pode convidar você de novo",
  ],
];
