// Common emoji and what people look for them by, in the languages of the page: the first words are the name. Pure.
import { emojiCalled, emojiNamed } from "../../emoji-names.ts";

export interface Emoji {
  readonly emoji: string;
  readonly name: string;
}

type Row = readonly [emoji: string, en: string, es: string, pt: string];

const EMOJI: readonly Row[] = [
  ["👍", "thumbs up yes ok", "pulgar arriba sí vale", "polegar sim certo"],
  ["❤️", "red heart love", "corazón rojo amor", "coração vermelho amor"],
  ["😂", "laughing tears joy", "risa lágrimas", "rindo lágrimas"],
  ["😊", "smile happy", "sonrisa feliz", "sorriso feliz"],
  ["🎉", "party celebrate", "fiesta celebrar", "festa celebrar"],
  ["🙏", "thanks please", "gracias por favor", "obrigado por favor"],
  ["👀", "eyes look", "ojos mirar", "olhos olhar"],
  ["✅", "check done", "hecho marca", "feito marca"],
  ["👎", "thumbs down no", "pulgar abajo no", "polegar para baixo não"],
  ["😀", "grin", "sonrisa amplia", "sorriso largo"],
  ["😁", "beaming", "radiante", "radiante"],
  ["😅", "sweat relief", "sudor alivio", "suor alívio"],
  ["🤣", "rolling laughing", "risa suelo", "rolando de rir"],
  ["😉", "wink", "guiño", "piscada"],
  ["😍", "heart eyes love", "ojos corazón amor", "olhos coração amor"],
  ["😘", "kiss", "beso", "beijo"],
  ["😎", "cool sunglasses", "gafas sol genial", "óculos sol legal"],
  ["🤔", "thinking", "pensando", "pensando"],
  ["😐", "neutral", "neutral", "neutro"],
  ["🙄", "rolling eyes", "ojos en blanco", "revirar olhos"],
  ["😏", "smirk", "sonrisa pícara", "sorriso maroto"],
  ["😴", "sleep", "dormir sueño", "dormir sono"],
  ["😋", "tasty yum", "rico sabroso", "gostoso"],
  ["😜", "tongue joke", "lengua broma", "língua brincadeira"],
  ["🤗", "hug", "abrazo", "abraço"],
  ["🤫", "quiet secret", "silencio secreto", "silêncio segredo"],
  ["😬", "grimace", "mueca", "careta"],
  ["😮", "surprised wow", "sorpresa", "surpresa"],
  ["😳", "embarrassed", "vergüenza", "vergonha"],
  ["😢", "cry sad", "llorar triste", "chorar triste"],
  ["😭", "sobbing", "llanto", "choro"],
  ["😡", "angry", "enfado", "raiva"],
  ["😱", "scream fear", "grito miedo", "grito medo"],
  ["🥳", "party face", "cara fiesta", "cara festa"],
  ["🥺", "pleading", "súplica", "súplica"],
  ["🤯", "mind blown", "mente explotada", "mente explodindo"],
  ["😇", "angel", "ángel", "anjo"],
  ["🤒", "sick ill", "enfermo", "doente"],
  ["🤷", "shrug", "encogerse hombros", "dar de ombros"],
  ["🤦", "facepalm", "palma cara", "palma no rosto"],
  ["👋", "wave hello bye", "saludo hola adiós", "aceno olá tchau"],
  ["👏", "clap", "aplauso", "aplauso"],
  ["🙌", "raised hands hooray", "manos arriba", "mãos para cima"],
  ["🤝", "handshake deal", "apretón trato", "aperto de mão acordo"],
  ["💪", "strong muscle", "fuerza músculo", "força músculo"],
  ["👌", "ok fine", "perfecto", "perfeito"],
  ["✌️", "victory peace", "victoria paz", "vitória paz"],
  ["🤞", "fingers crossed luck", "dedos cruzados suerte", "dedos cruzados sorte"],
  ["👉", "point right", "señalar derecha", "apontar direita"],
  ["👆", "point up", "señalar arriba", "apontar cima"],
  ["✋", "hand stop", "mano alto", "mão pare"],
  ["🙋", "raise hand me", "levantar mano yo", "levantar mão eu"],
  ["🧡", "orange heart", "corazón naranja", "coração laranja"],
  ["💛", "yellow heart", "corazón amarillo", "coração amarelo"],
  ["💚", "green heart", "corazón verde", "coração verde"],
  ["💙", "blue heart", "corazón azul", "coração azul"],
  ["💜", "purple heart", "corazón morado", "coração roxo"],
  ["🖤", "black heart", "corazón negro", "coração preto"],
  ["💔", "broken heart", "corazón roto", "coração partido"],
  ["✨", "sparkles", "brillos", "brilhos"],
  ["⭐", "star", "estrella", "estrela"],
  ["🔥", "fire hot", "fuego", "fogo"],
  ["💯", "hundred", "cien", "cem"],
  ["💡", "idea light", "idea luz", "ideia luz"],
  ["⚡", "lightning fast", "rayo rápido", "raio rápido"],
  ["☀️", "sun", "sol", "sol"],
  ["🌧️", "rain", "lluvia", "chuva"],
  ["❄️", "snow cold", "nieve frío", "neve frio"],
  ["🌈", "rainbow", "arcoíris", "arco-íris"],
  ["🌱", "plant seedling", "planta brote", "planta broto"],
  ["🌹", "rose flower", "rosa flor", "rosa flor"],
  ["🌍", "world earth", "mundo tierra", "mundo terra"],
  ["🐶", "dog", "perro", "cachorro cão"],
  ["🐱", "cat", "gato", "gato"],
  ["🦊", "fox", "zorro", "raposa"],
  ["🐢", "turtle slow", "tortuga lento", "tartaruga lento"],
  ["🐙", "octopus", "pulpo", "polvo"],
  ["🦋", "butterfly", "mariposa", "borboleta"],
  ["☕", "coffee tea", "café té", "café chá"],
  ["🍺", "beer", "cerveza", "cerveja"],
  ["🍷", "wine", "vino", "vinho"],
  ["🍕", "pizza", "pizza", "pizza"],
  ["🍰", "cake", "pastel tarta", "bolo"],
  ["🎂", "birthday", "cumpleaños", "aniversário"],
  ["🍎", "apple", "manzana", "maçã"],
  ["🥑", "avocado", "aguacate", "abacate"],
  ["⚽", "football soccer", "fútbol", "futebol"],
  ["🎵", "music note", "música nota", "música nota"],
  ["🎮", "game", "juego", "jogo"],
  ["🎁", "gift present", "regalo", "presente"],
  ["🏆", "trophy win", "trofeo ganar", "troféu vencer"],
  ["🚀", "rocket launch", "cohete", "foguete"],
  ["✈️", "plane travel", "avión viaje", "avião viagem"],
  ["🚲", "bike", "bicicleta", "bicicleta"],
  ["🏠", "house home", "casa hogar", "casa lar"],
  ["💻", "computer laptop", "ordenador portátil", "computador portátil"],
  ["📱", "phone", "teléfono móvil", "telefone celular"],
  ["📷", "camera photo", "cámara foto", "câmera foto"],
  ["📎", "paperclip file", "clip archivo", "clipe arquivo"],
  ["📌", "pin", "chincheta", "alfinete"],
  ["📅", "calendar date", "calendario fecha", "calendário data"],
  ["📈", "chart up", "gráfico sube", "gráfico sobe"],
  ["📉", "chart down", "gráfico baja", "gráfico desce"],
  ["📝", "note write", "nota escribir", "nota escrever"],
  ["🔒", "lock private", "candado privado", "cadeado privado"],
  ["🔑", "key", "llave", "chave"],
  ["🔧", "tool fix", "herramienta arreglar", "ferramenta consertar"],
  ["🐛", "bug", "error bicho", "bug inseto"],
  ["⏰", "alarm clock time", "despertador hora", "despertador hora"],
  ["⏳", "waiting hourglass", "esperando reloj arena", "esperando ampulheta"],
  ["❌", "cross no wrong", "cruz mal", "cruz errado"],
  ["❓", "question", "pregunta", "pergunta"],
  ["❗", "exclamation important", "exclamación importante", "exclamação importante"],
  ["⚠️", "warning", "aviso cuidado", "aviso cuidado"],
  ["💬", "speech chat", "mensaje charla", "mensagem conversa"],
  ["💤", "zzz", "zzz", "zzz"],
  ["🆗", "ok button", "botón ok", "botão ok"],
  ["🔔", "bell", "campana", "sino"],
  ["🔕", "muted bell", "campana silencio", "sino silencioso"],
];

/** Of those that have what is typed in their name. */
const NAMED_MOST = 64;

const COLUMNS: Readonly<Record<string, 1 | 2 | 3>> = { en: 1, es: 2, pt: 3 };

/** Those whose words or whose names in other chats (`:tada:`) begin so, in any of the languages; all without a query. */
export function emojiFor(query: string, language: string): readonly Emoji[] {
  const column = COLUMNS[language] ?? 1;
  const wanted = plain(query.trim().replaceAll(/^:|:$/g, ""));
  const called = wanted === "" ? [] : emojiNamed(wanted, NAMED_MOST).filter(([name]) => hasPart(name, wanted));
  const isCalled = new Set(called.map(([, emoji]) => emoji));
  const here = EMOJI.filter(
    ([emoji, ...names]) =>
      wanted === "" || emoji === query.trim() || isCalled.has(emoji) || names.some((name) => has(name, wanted)),
  );
  const others = new Map(called.filter(([, emoji]) => !here.some(([one]) => one === emoji)).map(turned));
  const found = [
    ...here.map((row) => ({ emoji: row[0], name: row[column] })),
    ...[...others].map(([emoji, name]) => ({ emoji, name })),
  ];
  const exact = emojiCalled(wanted);
  return found.toSorted((one, other) => Number(other.emoji === exact) - Number(one.emoji === exact));
}

function turned([name, emoji]: readonly [name: string, emoji: string]): readonly [emoji: string, name: string] {
  return [emoji, name.replaceAll("_", " ")];
}

function hasPart(name: string, wanted: string): boolean {
  return `_${name}`.includes(`_${wanted}`);
}

function has(name: string, wanted: string): boolean {
  return ` ${plain(name)}`.includes(` ${wanted}`);
}

/** Without accents: nobody types them in a hurry. */
function plain(text: string): string {
  return text.toLowerCase().normalize("NFD").replaceAll(/\p{M}/gu, "");
}
