// Corrections of ts-mls 1.6.4: what stands on the wire and on the disk. How they are applied: ../correct-mls.mjs.
/* oxlint-disable max-lines -- a table of edits */

/** Suites with numbers that IANA has not assigned, from 77 on. */
const UNASSIGNED = [
  "MLS_128_MLKEM512_AES128GCM_SHA256_Ed25519",
  "MLS_128_MLKEM512_CHACHA20POLY1305_SHA256_Ed25519",
  "MLS_256_MLKEM768_AES256GCM_SHA384_Ed25519",
  "MLS_256_MLKEM768_CHACHA20POLY1305_SHA384_Ed25519",
  "MLS_256_MLKEM1024_AES256GCM_SHA512_Ed25519",
  "MLS_256_MLKEM1024_CHACHA20POLY1305_SHA512_Ed25519",
  "MLS_256_XWING_AES256GCM_SHA512_Ed25519",
  "MLS_256_XWING_CHACHA20POLY1305_SHA512_Ed25519",
  "MLS_256_MLKEM1024_AES256GCM_SHA512_MLDSA87",
  "MLS_256_MLKEM1024_CHACHA20POLY1305_SHA512_MLDSA87",
  "MLS_256_XWING_AES256GCM_SHA512_MLDSA87",
  "MLS_256_XWING_CHACHA20POLY1305_SHA512_MLDSA87",
];
const UNASSIGNED_FROM = 77;
/** For private use: where ts-mls 2 puts them. */
const PRIVATE_FROM = 0xf007;

export const formats = [
  {
    id: "P8",
    clause: "RFC 9420 §12.4.3.2",
    defect:
      "external_pub is written without the length that a struct with one vector has: no other implementation reads it.",
    edits: [
      {
        file: "createCommit.js",
        find: `    const { enc, secret: initSecret } = await exportSecret(externalPub.extensionData, cs);`,
        put: `    const externalPublicKey = toTheEnd(decodeVarLenData)(externalPub.extensionData, 0);
    if (externalPublicKey === undefined)
        throw new ValidationError("Could not decode external_pub extension");
    const { enc, secret: initSecret } = await exportSecret(externalPublicKey[0], cs);`,
      },
      {
        file: "createCommit.js",
        find: `{ extensionType: "external_pub", extensionData: externalPub }], cs);`,
        put: `{ extensionType: "external_pub", extensionData: encode(varLenDataEncoder)(externalPub) }], cs);`,
      },
      {
        file: "createCommit.js",
        find: `        { extensionType: "external_pub", extensionData: externalPub },
`,
        put: `        { extensionType: "external_pub", extensionData: encode(varLenDataEncoder)(externalPub) },
`,
      },
      {
        file: "createCommit.js",
        find: `import { encode } from "./codec/tlsEncoder.js";`,
        put: `import { toTheEnd } from "./codec/tlsDecoder.js";
import { encode } from "./codec/tlsEncoder.js";
import { decodeVarLenData, varLenDataEncoder } from "./codec/variableLength.js";`,
      },
    ],
  },
  {
    id: "P14",
    clause: "RFC 9420 §12.1.8.1",
    defect: "external_senders is one extension that holds a list; here it is one extension for each sender.",
    edits: [
      {
        file: "externalSender.js",
        find: `/** @public */
export const decodeExternalSender = mapDecoders([decodeVarLenData, decodeCredential], (signaturePublicKey, credential) => ({ signaturePublicKey, credential }));
`,
        put: `/** @public */
export const decodeExternalSender = mapDecoders([decodeVarLenData, decodeCredential], (signaturePublicKey, credential) => ({ signaturePublicKey, credential }));
/** @public */
export const encodeExternalSenders = encode(varLenTypeEncoder(externalSenderEncoder));
/** @public */
export const decodeExternalSenders = toTheEnd(decodeVarLenType(decodeExternalSender));
`,
      },
      {
        file: "externalSender.js",
        find: `import { mapDecoders } from "./codec/tlsDecoder.js";`,
        put: `import { mapDecoders, toTheEnd } from "./codec/tlsDecoder.js";`,
      },
      {
        file: "externalSender.js",
        find: `import { decodeVarLenData, varLenDataEncoder } from "./codec/variableLength.js";`,
        put: `import { decodeVarLenData, decodeVarLenType, varLenDataEncoder, varLenTypeEncoder } from "./codec/variableLength.js";`,
      },
      {
        file: "externalSender.d.ts",
        find: `export declare const decodeExternalSender: Decoder<ExternalSender>;`,
        put: `export declare const decodeExternalSender: Decoder<ExternalSender>;
/** @public */
export declare const encodeExternalSenders: Encoder<ExternalSender[]>;
/** @public */
export declare const decodeExternalSenders: Decoder<ExternalSender[]>;`,
      },
      {
        file: "publicMessage.js",
        find: `    const externalSenderExtensions = extensions.filter((ex) => ex.extensionType === "external_senders");
    const externalSenderExtension = externalSenderExtensions[senderIndex];
    if (externalSenderExtension !== undefined) {
        const externalSender = decodeExternalSender(externalSenderExtension.extensionData, 0);
        if (externalSender === undefined)
            throw new CodecError("Could not decode ExternalSender");
        return externalSender[0];
    }`,
        put: `    const externalSenderExtension = extensions.find((ex) => ex.extensionType === "external_senders");
    if (externalSenderExtension !== undefined) {
        const externalSenders = decodeExternalSenders(externalSenderExtension.extensionData, 0);
        if (externalSenders === undefined)
            throw new CodecError("Could not decode external_senders");
        return externalSenders[0][senderIndex];
    }`,
      },
      {
        file: "publicMessage.js",
        find: `import { decodeExternalSender } from`,
        put: `import { decodeExternalSenders } from`,
      },
      {
        file: "clientState.js",
        find: `        const decoded = decodeExternalSender(externalSender.extensionData, 0);
        if (decoded === undefined)
            return new CodecError("Could not decode external_senders");
        const validCredential = await authService.validateCredential(decoded[0].credential, decoded[0].signaturePublicKey);
        if (!validCredential)
            return new ValidationError("Could not validate external credential");
`,
        put: `        const decoded = decodeExternalSenders(externalSender.extensionData, 0);
        if (decoded === undefined)
            return new CodecError("Could not decode external_senders");
        for (const { credential, signaturePublicKey } of decoded[0]) {
            const validCredential = await authService.validateCredential(credential, signaturePublicKey);
            if (!validCredential)
                return new ValidationError("Could not validate external credential");
        }
`,
      },
      {
        file: "clientState.js",
        find: `import { decodeExternalSender } from`,
        put: `import { decodeExternalSenders } from`,
      },
      {
        file: "externalProposal.js",
        find: `    const externalSenderExtensionIndex = groupInfo.groupContext.extensions.findIndex((ex) => {
        if (ex.extensionType !== "external_senders")
            return false;
        const decoded = decodeExternalSender(ex.extensionData, 0);
        if (decoded === undefined)
            throw new ValidationError("Could not decode external_sender extension");
        return constantTimeEqual(decoded[0].signaturePublicKey, signaturePublicKey);
    });
`,
        put: `    const extension = groupInfo.groupContext.extensions.find((ex) => ex.extensionType === "external_senders");
    const externalSenders = extension === undefined ? [[]] : decodeExternalSenders(extension.extensionData, 0);
    if (externalSenders === undefined)
        throw new ValidationError("Could not decode external_senders extension");
    const externalSenderExtensionIndex = externalSenders[0].findIndex((sender) => constantTimeEqual(sender.signaturePublicKey, signaturePublicKey));
`,
      },
      {
        file: "externalProposal.js",
        find: `import { decodeExternalSender } from`,
        put: `import { decodeExternalSenders } from`,
      },
    ],
  },
  {
    id: "P15",
    clause: "RFC 9420 §17.1",
    defect: "The post-quantum suites have numbers that IANA has not assigned, instead of ones for private use.",
    edits: UNASSIGNED.flatMap((name, index) => {
      const old = UNASSIGNED_FROM + index;
      const number = `0x${(PRIVATE_FROM + index).toString(16)}`;
      return [
        { file: "crypto/ciphersuite.js", find: `    ${name}: ${old},`, put: `    ${name}: ${number},` },
        { file: "crypto/ciphersuite.js", find: `    ${old}: {`, put: `    ${number}: {` },
        {
          file: "crypto/ciphersuite.d.ts",
          find: `    readonly ${name}: ${old};`,
          put: `    readonly ${name}: ${number};`,
        },
      ];
    }),
  },
  {
    id: "P21",
    clause: "RFC 9420 §2.1.1, §2.1.2 and §6.3.2",
    defect:
      "Presence octets other than 0 and 1, lengths in more bytes than needed, a missing end and bytes after the end of what was " +
      "sealed are taken.",
    edits: [
      {
        file: "codec/optional.js",
        find: `        else {
            return [undefined, 1];
        }
    };
}`,
        put: `        else {
            return presenceOctet === 0 ? [undefined, 1] : undefined;
        }
    };
}`,
      },
      {
        file: "codec/variableLength.js",
        find: `        return { length: ((firstByte & 0b00111111) << 8) | data[offset + 1], lengthFieldSize: 2 };`,
        put: `        return minimal({ length: ((firstByte & 0b00111111) << 8) | data[offset + 1], lengthFieldSize: 2 }, 64);`,
      },
      {
        file: "codec/variableLength.js",
        find: `        return {
            length: ((firstByte & 0b00111111) << 24) |
                (data[offset + 1] << 16) |
                (data[offset + 2] << 8) |
                data[offset + 3],
            lengthFieldSize: 4,
        };`,
        put: `        return minimal({
            length: ((firstByte & 0b00111111) << 24) |
                (data[offset + 1] << 16) |
                (data[offset + 2] << 8) |
                data[offset + 3],
            lengthFieldSize: 4,
        }, 16384);`,
      },
      {
        file: "codec/variableLength.js",
        find: `export const decodeVarLenData = (buf, offset) => {`,
        put: `function minimal(found, atLeast) {
    if (found.length < atLeast)
        throw new CodecError("Length is not in its shortest form");
    return found;
}
export const decodeVarLenData = (buf, offset) => {`,
      },
      {
        file: "sender.js",
        find: `    return [b.subarray(offset, offset + 4), 4];`,
        put: `    return offset + 4 <= b.length ? [b.subarray(offset, offset + 4), 4] : undefined;`,
      },
      {
        file: "codec/tlsDecoder.js",
        find: `export function failDecoder() {`,
        put: `/** Refuses bytes after the value. */
export function toTheEnd(dec) {
    return (b, offset) => {
        const x = dec(b, offset);
        return x !== undefined && offset + x[1] === b.length ? x : undefined;
    };
}
export function failDecoder() {`,
      },
      {
        file: "codec/tlsDecoder.d.ts",
        find: `export declare function failDecoder`,
        put: `export declare function toTheEnd<T>(dec: Decoder<T>): Decoder<T>;
export declare function failDecoder`,
      },
      {
        file: "welcome.js",
        find: `    const decoded = decodeGroupInfo(decrypted, 0);`,
        put: `    const decoded = toTheEnd(decodeGroupInfo)(decrypted, 0);`,
      },
      {
        file: "welcome.js",
        find: `    return decodeGroupSecrets(decrypted, 0)?.[0];`,
        put: `    return toTheEnd(decodeGroupSecrets)(decrypted, 0)?.[0];`,
      },
      {
        file: "welcome.js",
        find: `import { mapDecoders } from "./codec/tlsDecoder.js";`,
        put: `import { mapDecoders, toTheEnd } from "./codec/tlsDecoder.js";`,
      },
      {
        file: "privateMessage.js",
        find: `    return decodeSenderData(decrypted, 0)?.[0];`,
        put: `    return toTheEnd(decodeSenderData)(decrypted, 0)?.[0];`,
      },
      {
        file: "privateMessage.js",
        find: `import { mapDecoders } from "./codec/tlsDecoder.js";`,
        put: `import { mapDecoders, toTheEnd } from "./codec/tlsDecoder.js";`,
      },
      {
        file: "groupInfo.js",
        find: `        const tree = decodeRatchetTree(treeExtension.extensionData, 0);`,
        put: `        const tree = toTheEnd(decodeRatchetTree)(treeExtension.extensionData, 0);`,
      },
      {
        file: "groupInfo.js",
        find: `import { mapDecoders } from "./codec/tlsDecoder.js";`,
        put: `import { mapDecoders, toTheEnd } from "./codec/tlsDecoder.js";`,
      },
      {
        file: "requiredCapabilities.js",
        find: `export const decodeRequiredCapabilities = mapDecoders([decodeVarLenType(decodeUint16), decodeVarLenType(decodeUint16), decodeVarLenType(decodeCredentialType)], (extensionTypes, proposalTypes, credentialTypes) => ({ extensionTypes, proposalTypes, credentialTypes }));`,
        put: `export const decodeRequiredCapabilities = toTheEnd(mapDecoders([decodeVarLenType(decodeUint16), decodeVarLenType(decodeUint16), decodeVarLenType(decodeCredentialType)], (extensionTypes, proposalTypes, credentialTypes) => ({ extensionTypes, proposalTypes, credentialTypes })));`,
      },
      {
        file: "requiredCapabilities.js",
        find: `import { mapDecoders } from "./codec/tlsDecoder.js";`,
        put: `import { mapDecoders, toTheEnd } from "./codec/tlsDecoder.js";`,
      },
    ],
  },
  {
    id: "P23",
    clause: "RFC 9420 §2.1.1",
    defect: "An optional zero is written as absent: a stored proposal of the member at leaf 0 loses its sender.",
    edits: [{ file: "codec/optional.js", find: `        if (t) {`, put: `        if (t !== undefined) {` }],
  },
  {
    id: "P24",
    clause: "none: how the package is put together",
    defect:
      "The entry of the package loads two other implementations of the cryptography, one of them with a package that it " +
      "does not declare.",
    edits: ["js", "d.ts"].flatMap((kind) => [
      {
        file: `index.${kind}`,
        find: `export { joinGroupFromReinit, reinitCreateNewGroup, reinitGroup, joinGroupFromBranch, branchGroup, } from "./resumption.js";
`,
        put: "",
      },
      {
        file: `index.${kind}`,
        find: `export { getCiphersuiteImpl } from "./crypto/getCiphersuiteImpl.js";
`,
        put: "",
      },
      {
        file: `index.${kind}`,
        find: `export { nobleCryptoProvider } from "./crypto/implementation/noble/provider.js";
export { defaultCryptoProvider } from "./crypto/implementation/default/provider.js";
`,
        put: "",
      },
    ]),
  },
];
