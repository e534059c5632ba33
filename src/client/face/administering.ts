// What administration says, in the language of the person: what the acts do, and the words of the server's answers, which come as names of
// fields. What somebody types or has typed (roles, names of acts) stays as it is.
import { ACT_FORMS } from "./admin-acts.ts";
import { FIELD_NAMES } from "./words/field-names.ts";
import { filled, type Language, type Values } from "./words/say.ts";
import { usageWords } from "./words/usage.ts";

/** In the order of ACT_FORMS. @internal */
export const ACTS: Readonly<Record<string, readonly [es: string, pt: string]>> = {
  users: ["todos, por páginas; after=USUARIO para seguir", "todos, por páginas; after=USUÁRIO para continuar"],
  user: ["un usuario y sus dispositivos", "um usuário e os seus dispositivos"],
  devices: ["dispositivos, de uno o de todos", "dispositivos, de um ou de todos"],
  conversations: [
    "por sus identificadores: tamaños, y nada de lo dicho",
    "pelos identificadores: tamanhos, e nada do que é dito",
  ],
  invite: [
    "una línea para join; role= uses= lastsMs=7d leaseUntil=",
    "uma linha para join; role= uses= lastsMs=7d leaseUntil=",
  ],
  invitations: ["las que aún valen", "os que ainda valem"],
  withdraw: ["retirar una invitación", "retirar um convite"],
  rename: ["otro nombre visible, desde el próximo certificado", "outro nome visível, a partir do próximo certificado"],
  role: ["owner (dueño), admin o member (miembro)", "owner (dono), admin ou member (membro)"],
  disable: ["echar a un usuario, con todos sus dispositivos", "pôr um usuário para fora, com todos os dispositivos"],
  enable: ["dejar que se le vuelva a invitar", "deixar que volte a ser convidado"],
  revoke: ["un usuario, o un dispositivo por el principio de su id", "um usuário, ou um dispositivo pelo começo do id"],
  registration: ["quién puede crear una cuenta con contraseña", "quem pode criar uma conta com senha"],
  openpgp: ["quién entra con una clave OpenPGP; email= servers=", "quem entra com uma chave OpenPGP; email= servers="],
  limits: [
    "lo que puede usar un dispositivo, una dirección, un usuario",
    "o que um dispositivo, um endereço, um usuário pode usar",
  ],
  motd: ["el mensaje del día; motd - lo quita", "a mensagem do dia; motd - retira-a"],
  maintenance: ["solo entran los dueños", "só entram os donos"],
  stats: ["carga, tamaños, memoria", "carga, tamanhos, memória"],
  examine: ["toda la base de datos, y cada registro", "todo o banco de dados, e cada registro"],
  backup: ["un archivo sellado en backups/ del servidor", "um arquivo lacrado em backups/ do servidor"],
  info: ["el reino, y la línea para login", "o reino, e a linha para login"],
};

/** What the answers have besides names of fields, with its places. @internal */
export const ANSWER_WORDS: Readonly<Record<string, readonly [es: string, pt: string]>> = {
  done: ["hecho", "feito"],
  yes: ["sí", "sim"],
  no: ["no", "não"],
  "no {name}": ["no hay {name}", "não há {name}"],
  "there are others: after={place}": ["hay más: after={place}", "há mais: after={place}"],
  "for {whom}, {often}, until {time}{more}:": [
    "para {whom}, {often}, hasta {time}{more}:",
    "para {whom}, {often}, até {time}{more}:",
  ],
  "whoever has it": ["quien la tenga", "quem o tiver"],
  "{n} times": ["{n} veces", "{n} vezes"],
  once: ["una vez", "uma vez"],
  ", as {role} of the realm": [", como {role} del reino", ", como {role} do reino"],
  ", a guest until {time}": [", invitado hasta {time}", ", convidado até {time}"],
  ADDRESS: ["DIRECCIÓN", "ENDEREÇO"],
  "the command line": ["la línea de comandos", "a linha de comando"],
  "set here": ["puesto aquí", "definido aqui"],
  "as usual": ["lo habitual", "o habitual"],
  // How a device came to its certificate.
  renewal: ["renovación", "renovação"],
  "late-renewal": ["renovación tardía", "renovação tardia"],
  password: ["contraseña", "senha"],
  phrase: ["frase de recuperación", "frase de recuperação"],
  console: ["a mano", "à mão"],
  outside: ["archivos", "arquivos"],
  "the next certificate": ["el próximo certificado", "o próximo certificado"],
};

/** Of an answer: a name of a field, or words that are ours. What stands in their places is made safe before. */
export type AnswerSay = (english: string, values?: Values) => string;

export function answerSay(language: Language): AnswerSay {
  const word = language === "en" ? (english: string) => english : wordIn(language);
  return (english, values = {}) => filled(word(english), values);
}

function wordIn(language: "es" | "pt"): (english: string) => string {
  const names = FIELD_NAMES[language];
  return (word) => {
    const [es, pt] = Object.hasOwn(ANSWER_WORDS, word) ? (ANSWER_WORDS[word] ?? []) : [];
    return (language === "es" ? es : pt) ?? (Object.hasOwn(names, word) ? (names[word] ?? word) : word);
  };
}

/** `role USER ROLE`, and what it does. */
export function actRows(language: Language): readonly (readonly [head: string, about: string])[] {
  return Object.entries(ACT_FORMS).map(([act, { usage, says }]) => {
    const [es, pt] = ACTS[act] ?? [];
    const head = `${act} ${usageWords(usage, language)}`.trim();
    return [head, (language === "en" ? says : language === "es" ? es : pt) ?? says];
  });
}
