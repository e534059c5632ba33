// Faults that a person at a face can meet, Portuguese: by code. Where nothing is known of a code it is said as it came, in English.
import type { FaultWords } from "./fault-words.ts";

export const faultsPt = (): FaultWords => ({
  // The connection.
  "connect-refused": {
    says: ["nada escuta em {server}", "nada escuta no endereço do servidor"],
    hint: "inicie o chat-server lá, ou confira o endereço; se é um convite, pode ter sido usado ou estar velho: peça outro",
  },
  "connect-host-unknown": {
    says: "o nome do servidor não foi encontrado",
    hint: "confira a rede e o nome, ou dê o endereço IP",
  },
  "connect-unreachable": { says: "não há caminho até o servidor", hint: "confira o endereço, a rede e o firewall" },
  "connect-timeout": { says: "o servidor não responde", hint: "confira o endereço, a rede e o firewall" },
  "connect-handshake-timeout": {
    says: "o servidor aceita a conexão e não responde",
    hint: "pode ser outro programa, ou estar sobrecarregado",
  },
  "connect-reset": {
    says: "o servidor desligou ao começar",
    hint: "pode ser outro programa; veja o registro do servidor",
  },
  "connect-greeting": { says: "o servidor não saudou a tempo", hint: "está sobrecarregado, ou o disco dele está" },
  "connect-failed": { says: ["não foi possível conectar: {detail}", "não foi possível conectar"] },
  "connect-cut": { says: "a porta do servidor cortou a conexão", hint: "tente de novo com a mesma linha" },
  "link-closed": { says: "a conexão caiu" },
  "link-silent": { says: "o servidor está calado há tempo demais" },
  "link-malformed": {
    says: "o servidor enviou algo que não é deste protocolo",
    hint: "atualize o mais antigo dos dois programas",
  },
  "link-answer": {
    says: "o servidor respondeu outra coisa que o pedido",
    hint: "atualize o mais antigo dos dois programas",
  },
  "link-down": { says: "cortada de propósito", hint: "/link up conecta de novo" },
  offline: { says: "agora não dá para perguntar ao servidor", hint: "tente quando houver conexão" },
  cut: { says: "o programa desta máquina não responde" },
  shutdown: { says: "o servidor está parando" },
  maintenance: { says: "o reino está em manutenção: por ora só entram os donos" },
  idle: { says: "o servidor ficou tempo demais sem notícias daqui" },
  "login-timeout": { says: "a saudação não chegou a tempo" },
  overload: { says: "o servidor tem coisas demais a fazer", hint: "tente daqui a pouco" },
  internal: { says: "algo falhou: {message}" },
  superseded: { says: "este dispositivo se conectou de outro lugar", hint: "feche o outro chat-client" },
  version: { says: "o servidor e este programa não têm uma versão em comum", hint: "atualize o mais antigo" },
  "account-disabled": { says: "um administrador desativou esta conta", hint: "pergunte a um dono do reino" },
  "device-taken": { says: "o identificador deste dispositivo é de outra pessoa", hint: "peça um certificado novo" },

  // Certificates.
  "certificate-required": { says: "não há certificado" },
  "certificate-malformed": { says: "o certificado não pode ser lido", hint: "peça um novo" },
  "certificate-untrusted": { says: "o certificado não é deste reino" },
  "certificate-expired": { says: "o certificado venceu", hint: "peça um convite a um dono; confira também o relógio" },
  "certificate-not-yet-valid": { says: "o certificado ainda não vale", hint: "confira o relógio desta máquina" },
  "certificate-revoked": {
    says: ["um certificado seu foi revogado (dispositivo {device})", "o certificado foi revogado"],
    hint: "peça um convite a um dono do reino",
  },
  "certificate-identity": { says: "o certificado não indica exatamente um usuário e um dispositivo" },
  "certs-missing": {
    says: "estes não são os arquivos de uma identidade",
    hint: "escolha NOME.p12, ou os três juntos: NOME.crt, NOME.key e ca.crt",
  },
  "key-mismatch": { says: "a chave e o certificado não combinam" },
  "passphrase-needed": { says: "a chave está protegida por uma frase secreta" },
  "passphrase-wrong": { says: "a frase secreta não a abre" },
  "server-not-tls": { says: "o que responde não fala TLS", hint: "pode ser outro programa: confira -ip e -p" },
  "server-untrusted": {
    says: "o certificado do servidor não é do nosso reino",
    hint: "é outro reino, ou há alguém no meio: compare a impressão digital com o administrador",
  },
  "server-name": { says: "o certificado do servidor não é para este nome" },
  "server-expired": {
    says: "o certificado do servidor venceu",
    hint: "avise o administrador; confira também o relógio",
  },
  "server-not-yet-valid": {
    says: "o certificado do servidor ainda não vale",
    hint: "avise o administrador; confira também o relógio",
  },
  "server-revoked": {
    says: "o certificado do servidor foi revogado",
    hint: "avise o administrador: outra pessoa pode ter a chave dele",
  },

  // What the server, or the conversation, refuses.
  "room-added": { says: "agora você está em {place} (@{by})" },
  "room-removed": { says: "@{by} tirou você de {place}" },
  denied: { says: ["não deixaram você entrar em {place}", "você não pode escrever aqui"] },
  gone: { says: "essa conversa não existe mais" },
  "no-such-conversation": { says: ["{detail}", "não há nenhuma conversa assim"], hint: "/conversations as mostra" },
  "too-many-conversations": { says: "ninguém pode estar em mais de mil conversas", hint: "saia de algumas" },
  "cannot-leave": { says: "ninguém sai do saguão" },
  "last-owner": {
    says: ["{detail}", "uma sala mantém um dono"],
    hint: "faça de outro membro um dono, ou encerre a sala",
  },
  "not-an-admin": { says: "isto é para admins e donos", hint: "peça a um deles" },
  "not-an-owner": { says: "isto é para donos", hint: "peça a um deles" },
  "not-needed": { says: "você já pode entrar: não precisa pedir" },
  "too-many-asks": { says: "há pedidos demais", hint: "tente mais tarde" },
  "not-open": { says: "aqui ninguém entra por conta própria", hint: "pergunte a um admin" },
  "not-a-member": {
    says: [
      "@{user} não está na conversa",
      "este dispositivo não está em {place}",
      "isso é para os membros da conversa",
    ],
  },
  "fixed-members": { says: "aqui ninguém é adicionado nem retirado, e o nome não muda", hint: "crie uma sala" },
  "in-roster-already": { says: "já está na conversa" },
  closed: { says: "a conversa foi encerrada", hint: "crie outra" },
  "not-the-author": { says: "só quem a escreveu pode mudar uma mensagem" },
  "message-deleted": { says: "a mensagem foi apagada" },
  "message-expired": { says: "a mensagem desapareceu" },
  "message-unreadable": { says: "a mensagem não pode ser lida aqui" },
  "no-message": { says: "isso não é uma mensagem, ou não está aqui" },
  "too-many-reactions": { says: "uma mensagem tem no máximo 20 reações diferentes", hint: "use uma das que há" },
  "no-such-user": {
    says: ["não há nenhum usuário @{user}", "{detail}", "não há nenhum usuário assim"],
    hint: "/users os mostra",
  },
  "no-such-device": { says: ["{detail}", "não há nenhum dispositivo assim"], hint: "/devices os mostra" },
  "too-many-devices": { says: ["{detail}", "são dispositivos demais"], hint: "exclua os que não são usados" },
  "no-keys": { says: ["{user} não tem nenhum dispositivo", "não tem nenhum dispositivo"] },
  "store-full": { says: "o disco do servidor está cheio", hint: "avise o administrador" },
  "store-failed": { says: "o armazenamento do servidor falhou", hint: "avise o administrador" },
  "store-overload": { says: "o disco do servidor não dá conta", hint: "tente daqui a pouco" },
  "blob-quota": { says: "seus arquivos ocupariam mais do que o permitido", hint: "pergunte a um dono do reino" },
  "blob-size": { says: "o arquivo é grande demais ou está vazio" },
  refused: { says: "o servidor não aceitou" },

  // Commands.
  "unknown-command": {
    says: ["não existe o comando /{name}", "não existe esse comando"],
    hint: "/help os mostra; //texto envia um texto que começa com /",
  },
  "bad-command": { says: ["/{name} não se entende assim", "{detail}", "não se entende assim"], hint: "{hint}" },
  "bad-field": { says: ["{detail}", "isso não vale"], hint: "{hint}" },
  "bad-reference": {
    says: "isso não indica nenhuma mensagem",
    hint: "^ é a última, ^2 a anterior; /history mostra os dígitos de cada uma",
  },
  "ambiguous-message": { says: "várias terminam nesses dígitos", hint: "/history mostra quantos dígitos são precisos" },
  "no-such-message": {
    says: ["não há nenhuma mensagem assim em {place}", "não há nenhuma mensagem assim"],
    hint: "^ é a última; ou escolha-a com as setas: /select",
  },
  "no-such-transfer": { says: "não há nenhum arquivo assim a caminho" },
  "not-sent-yet": { says: "a última ainda espera o servidor", hint: "indique-a pelos dígitos, ou espere" },
  "name-taken": { says: ["já existe #{name}", "essa sala já existe"], hint: "/to leva até lá; ou escolha outro nome" },
  "bad-topic": { says: "um assunto é uma linha de no máximo 250 caracteres" },
  "bad-label": {
    says: "o nome de um dispositivo é uma linha de no máximo 64 caracteres, sem espaços nas pontas",
    hint: "tente outro",
  },
  "bad-emoji": { says: "uma reação é um só emoji", hint: "por exemplo 👍" },
  "bad-query": {
    says: ["essa busca não se entende: {detail}", "essa busca não se entende"],
    hint: 'por exemplo from:alice in:#saguão on:2026-11-21 "uma frase"',
  },
  "bad-text": { says: "o texto não é Unicode válido" },
  "empty-text": { says: "o texto está vazio", hint: "diga algo" },
  "queue-full": { says: "há mensagens demais por enviar", hint: "espere algumas saírem" },
  "bad-key": { says: ["essa tecla ou ação não existe: {detail}", "essa tecla ou ação não existe"] },

  // Files.
  "source-path": { says: "o caminho do arquivo está vazio ou não é um caminho", hint: "indique um arquivo" },
  "source-missing": { says: ["não existe o arquivo {path}", "o arquivo não existe"], hint: "confira o caminho" },
  "source-unreadable": {
    says: ["você não tem permissão para ler {path}", "você não tem permissão para ler o arquivo"],
    hint: "veja quem pode lê-lo",
  },
  "source-kind": { says: ["{path} não é um arquivo comum", "não é um arquivo comum"], hint: "envie um arquivo" },
  "source-too-large": {
    says: [
      "o arquivo tem {size}, e este servidor aceita no máximo {most}",
      "o arquivo é maior do que este servidor aceita",
    ],
    hint: "envie em partes",
  },
  "source-changed": { says: "o arquivo mudou enquanto era enviado", hint: "envie de novo quando ninguém o mudar" },
  "source-failed": { says: ["não dá para ler {path}", "não dá para ler o arquivo"] },
  "target-path": {
    says: "o caminho onde salvar está vazio ou não é um caminho",
    hint: "indique uma pasta ou um arquivo",
  },
  "target-missing": { says: ["não existe a pasta {path}", "essa pasta não existe"], hint: "crie-a antes" },
  "target-unwritable": {
    says: ["você não tem permissão para gravar em {path}", "você não tem permissão para gravar lá"],
    hint: "escolha outro lugar",
  },
  "target-full": {
    says: ["o disco de {path} não tem espaço para o arquivo", "o disco não tem espaço para o arquivo"],
    hint: "libere espaço, ou escolha outro lugar",
  },
  "target-exists": {
    says: ["já há algo com esse nome: {path}", "já há algo com esse nome"],
    hint: "escolha outro lugar ou outro nome",
  },
  "target-gone": {
    says: [
      "a pasta {path}, ou o arquivo incompleto, não está mais lá",
      "a pasta, ou o arquivo incompleto, não está mais lá",
    ],
    hint: "escolha outro lugar",
  },
  "target-changed": { says: "o arquivo incompleto não é o que foi gravado", hint: "salve de novo" },
  "target-failed": { says: ["não dá para gravar em {path}", "não dá para gravar lá"] },
  "ticket-malformed": { says: "o que a mensagem diz do seu arquivo não serve" },
  "stream-damaged": { says: "o arquivo foi mudado ou danificado no caminho" },
  "stream-truncated": { says: "o arquivo acaba antes do fim" },
  "stream-trailing": { says: "o arquivo continua depois do fim" },
  "transfer-mismatch": { says: "o arquivo não é o que disse quem o enviou", hint: "peça de novo" },
  "transfer-gone": { says: "o servidor não tem mais o arquivo", hint: "peça de novo a quem o enviou" },
  "transfer-limits": { says: "este servidor não aceita arquivos" },
  "transfer-cancelled": { says: "foi cancelado" },
  "transfer-stopped": { says: "o programa terminou antes do arquivo", hint: "comece de novo" },
  "transfer-running": { says: "este arquivo já está a caminho", hint: "espere, ou cancele" },
  "transfer-record": { says: "um envio incompleto não pode continuar", hint: "comece de novo" },
  "too-many-transfers": {
    says: "há arquivos demais a caminho",
    hint: "espere alguns passarem; uma pasta inteira vai melhor num só arquivo",
  },
  "no-pictures": { says: "este terminal não mostra imagens", hint: "/save M salva a imagem" },
  "not-a-picture": { says: "isso não é uma imagem que se possa mostrar", hint: "/save M salva o arquivo" },
  "picture-too-large": { says: "a imagem é grande demais para ser mostrada aqui", hint: "/save M salva a imagem" },
  "picture-broken": { says: "a imagem não pode ser lida", hint: "/save M salva como ela é" },
  "no-file": { says: "a mensagem não tem arquivo" },
  "file-exists": { says: "já há um arquivo com esse nome", hint: "nada foi gravado; escolha outro nome" },
  "file-unwritable": { says: "não dá para gravar o arquivo", hint: "veja a pasta e o disco" },
  "server-malformed": { says: "isso não é um servidor", hint: "por exemplo chat.example.org ou 192.0.2.7:12345" },

  // Passphrases, and what is kept on this machine.
  "passphrase-short": {
    says: ["uma frase secreta tem pelo menos {least} caracteres", "a frase secreta é curta demais"],
    hint: "nada mudou; cinco palavras ao acaso são uma boa",
  },
  "passphrase-differs": { says: "não foi a mesma nas duas vezes", hint: "nada mudou; comece de novo" },
  "too-many-tries": { says: "tentativas demais", hint: "espere um pouco e tente de novo" },
  "wrong-passphrase": { says: "essa não é a frase secreta", hint: "tente de novo" },
  "no-passphrase": { says: "é preciso a frase secreta" },
  "screen-locked": { says: "a tela está bloqueada", hint: "digite antes a frase secreta" },
  "vault-locked": {
    says: "esta identidade está aberta em outro chat-client, e só um pode tê-la",
    hint: "feche o outro",
  },
  "vault-corrupt": {
    says: [
      "o que está guardado nesta máquina não pode ser lido: {detail}",
      "o que está guardado nesta máquina não pode ser lido",
    ],
  },
  "vault-key-missing": { says: "falta a chave do que está guardado nesta máquina" },
  "vault-newer": { says: "foi gravado por uma versão mais nova deste programa", hint: "use essa versão" },
  "vault-full": { says: "o disco está cheio" },
  "vault-failed": {
    says: [
      "não dá para ler ou gravar o que está guardado nesta máquina: {detail}",
      "não dá para ler ou gravar o que está guardado nesta máquina",
    ],
  },
});
