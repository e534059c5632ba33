// What stands in alarms and notices beside what they are about, English beside Spanish and Portuguese.
import type { Heard } from "./fault-words.ts";

export const alarmDetails = (): readonly Heard[] => [
  // Entries of a conversation. Why exactly one is not believed stands in English in the line mode.
  [
    "{place}: entry {seq} of the device {device} is not believed: {error}",
    "{place}, entrada {seq} del dispositivo {device}",
    "{place}, entrada {seq} do dispositivo {device}",
  ],
  [
    "{place}: entry {seq} repeats the message {mid} that is there already",
    "{place}, entrada {seq}, mensaje {mid}",
    "{place}, entrada {seq}, mensagem {mid}",
  ],
  [
    "{place}: the server's history is another than the one it gave before: it has the same entries as this device only up to {seq}, this device holds {held}; nothing is deleted here, and what this device sent is sent again",
    "{place}, igual solo hasta la entrada {seq} de {held}; aquí no se borra nada, y lo enviado desde aquí se envía otra vez",
    "{place}, igual só até a entrada {seq} de {held}; aqui nada é apagado, e o que foi enviado daqui é enviado de novo",
  ],
  [
    "{place}: the server was restored from an older backup: it has the same entries as this device only up to {seq}, this device holds {held}; nothing is deleted here, and what this device sent is sent again",
    "{place}, igual solo hasta la entrada {seq} de {held}; aquí no se borra nada",
    "{place}, igual só até a entrada {seq} de {held}; aqui nada é apagado",
  ],
  [
    "@{by} holds another history of {place} than the one that the server gives here",
    "{place}: @{by} tiene otra historia",
    "{place}: @{by} tem outra história",
  ],
  ["{place}: 1 message of before cannot be believed: {error}", "{place}, 1 mensaje", "{place}, 1 mensagem"],
  ["{place}: {n} messages of before cannot be believed: {error}", "{place}, {n} mensajes", "{place}, {n} mensagens"],
  [
    "{place}: what the server gives of before does not go on from what this device holds",
    "{place}, no sigue a lo que hay aquí",
    "{place}, não continua o que há aqui",
  ],
  [
    "{place}: what the server gives of before does not lead to what it gave since",
    "{place}, no lleva a lo que dio después",
    "{place}, não leva ao que deu depois",
  ],
  [
    "a part of what another device of yours handed over of {place} cannot be used: {error}",
    "{place}, de otro dispositivo tuyo",
    "{place}, de outro dispositivo seu",
  ],
  [
    "@{by} hands over what was said in {place}, which only a device of one's own may",
    "{place}, de @{by}, que no puede entregarlo",
    "{place}, de @{by}, que não pode entregá-lo",
  ],

  ["{place}: the server left out entry {seq}", "{place}, entrada {seq}", "{place}, entrada {seq}"],
  [
    "{place}: the server has entries of this conversation that it does not give",
    "{place}, y no las da",
    "{place}, e não as dá",
  ],
  [
    "{place}: the server's chain of this conversation does not start at the beginning",
    "{place}, desde el principio",
    "{place}, desde o começo",
  ],

  // Who somebody is.
  [
    "the server says {told} is behind the device {device}, the certificate says {user} ({other})",
    "dispositivo {device}: el servidor dice {told}, el certificado {user} ({other})",
    "dispositivo {device}: o servidor diz {told}, o certificado {user} ({other})",
  ],
  ["the server takes us for {user} ({device})", "te toma por {user} ({device})", "toma você por {user} ({device})"],
  [
    "the server has no certificate of the device {device}",
    "dispositivo {device}, del que el servidor no tiene certificado",
    "dispositivo {device}, do qual o servidor não tem certificado",
  ],
  [
    "the certificate of the device {device} does not prove who it is: {error}",
    "dispositivo {device}, cuyo certificado no lo prueba",
    "dispositivo {device}, cujo certificado não prova",
  ],
  [
    "a device of @{user} ({device}) was never entered in the realm's log: somebody at the server may have made it; nothing is written where it is until it is out",
    "de @{user} ({device}); quizá lo hizo alguien en el servidor",
    "de @{user} ({device}); talvez alguém no servidor o tenha feito",
  ],
  [
    "somebody was given a certificate for this very device, and this device has not asked for it (serial {serial}, {time})",
    "número de serie {serial}, {time}",
    "número de série {serial}, {time}",
  ],
  [
    "@{user} has a new device ({device}): {why}",
    "@{user} tiene un dispositivo nuevo ({device}): {why}",
    "@{user} tem um dispositivo novo ({device}): {why}",
  ],
  [
    "@{user} has a new key on a device ({device}): {why}",
    "@{user} tiene una clave nueva en un dispositivo ({device}): {why}",
    "@{user} tem uma chave nova num dispositivo ({device}): {why}",
  ],
  ["@{user} has a new key on a device ({device})", "@{user}, {device}", "@{user}, {device}"],
  [
    "@{user} has another device or key in #lobby ({device}): {why}",
    "@{user} tiene otro dispositivo u otra clave en #lobby ({device}): {why}",
    "@{user} tem outro dispositivo ou outra chave em #lobby ({device}): {why}",
  ],
  [
    "@{user} has lost a device ({device}): {why}",
    "@{user} ha perdido un dispositivo ({device}): {why}",
    "@{user} perdeu um dispositivo ({device}): {why}",
  ],
  [
    "the number that was compared with {who} is another one now, and has to be compared again",
    "el número comparado con {who} ya es otro, y hay que compararlo otra vez",
    "o número comparado com {who} agora é outro, e precisa ser comparado de novo",
  ],

  // The log of the realm.
  [
    "the server shows different logs of its certificates: this device was shown two; {more}",
    "a este dispositivo le mostró dos",
    "a este dispositivo mostrou dois",
  ],
  [
    "the server shows different logs of its certificates: @{by} was shown another one than this device; {more}",
    "a @{by} le mostró otro que a este dispositivo",
    "a @{by} mostrou outro, não o deste dispositivo",
  ],
  [
    "@{by} was shown {n} entries of the realm's log, this device {own}: the server keeps back what it has entered",
    "a @{by} le mostró {n} entradas, aquí {own}",
    "a @{by} mostrou {n} entradas, aqui {own}",
  ],
  ["the server does not show the log of its certificates any more", "ya no lo muestra", "não o mostra mais"],

  // Notices.
  [
    "{place}: this device was added too long ago; it comes in by itself, and what was said until now is not here",
    "{place}: este dispositivo fue añadido hace demasiado; entra por sí solo, y lo dicho hasta ahora no está aquí",
    "{place}: este dispositivo foi adicionado há tempo demais; entra sozinho, e o que foi dito até agora não está aqui",
  ],
  [
    "the certificate of this device ends on {time} and could not be renewed: {error}",
    "{time}; no se pudo renovar",
    "{time}; não foi possível renová-lo",
  ],
  [
    "@{user} has no device that could read it: what is said there waits until they are here",
    "@{user} no tiene ahora un dispositivo que pueda leerlo: lo que escribas espera",
    "@{user} não tem agora um dispositivo que possa ler: o que você escrever espera",
  ],
  [
    "a device of @{user} ({device}) had lost its keys and came into {place} anew",
    "un dispositivo de @{user} ({device}) había perdido sus claves y ha entrado de nuevo en {place}",
    "um dispositivo de @{user} ({device}) tinha perdido as chaves e entrou de novo em {place}",
  ],
  ["1 message of before is here", "ha llegado 1 mensaje de antes", "chegou 1 mensagem de antes"],
  ["{n} messages of before are here", "han llegado {n} mensajes de antes", "chegaram {n} mensagens de antes"],
  [
    "{place}: this device had lost messages of its own, as after its machine was put back to an earlier day; they are here again",
    "{place}: este dispositivo había perdido mensajes propios; están aquí otra vez",
    "{place}: este dispositivo tinha perdido mensagens próprias; estão aqui de novo",
  ],
  [
    "{place}: the server, restored from an older backup, had a device in it again that had been put out; {by} has put that right",
    "{place}: el servidor, restaurado de una copia antigua, tenía otra vez un dispositivo ya expulsado; {by} lo ha corregido",
    "{place}: o servidor, restaurado de uma cópia antiga, tinha de novo um dispositivo já excluído; {by} corrigiu isso",
  ],
  [
    "{place}: the server, restored from an older backup, had {n} devices in it again that had been put out; {by} has put that right",
    "{place}: el servidor, restaurado de una copia antigua, tenía otra vez {n} dispositivos ya expulsados; {by} lo ha corregido",
    "{place}: o servidor, restaurado de uma cópia antiga, tinha de novo {n} dispositivos já excluídos; {by} corrigiu isso",
  ],
];
