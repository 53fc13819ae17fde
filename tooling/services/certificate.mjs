import { generateKeyPairSync, randomBytes, sign } from "node:crypto"

// The required parts of DER, the binary format of certificates. The numbers are its tags.
const integer = 0x02
const bitString = 0x03
const octetString = 0x04
const objectId = 0x06
const utf8String = 0x0c
const sequence = 0x30
const set = 0x31
const generalizedTime = 0x18
const extensionsTag = 0xa3
const versionTag = 0xa0

const commonName = Buffer.from("550403", "hex")
const subjectAltName = Buffer.from("551d11", "hex")
const ecdsaWithSha256 = Buffer.from("2a8648ce3d040302", "hex")

const day = 86_400_000

/**
 * A self-signed certificate for localhost and 127.0.0.1, valid from yesterday on for ten years.
 *
 * @returns {{ certificate: string, key: string }} both in PEM
 */
export function selfSignedCertificate() {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" })
  const algorithm = der(sequence, der(objectId, ecdsaWithSha256))
  const name = der(
    sequence,
    der(set, der(sequence, der(objectId, commonName), der(utf8String, Buffer.from("localhost")))),
  )
  const validity = der(sequence, timeIn(-day), timeIn(3650 * day))
  // Subject alternative names: 2 is a DNS name, 7 an IP address.
  const names = der(sequence, der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1])))
  const extension = der(sequence, der(objectId, subjectAltName), der(octetString, names))
  const content = der(
    sequence,
    der(versionTag, der(integer, Buffer.of(2))),
    der(integer, Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(extensionsTag, der(sequence, extension)),
  )
  const signature = der(bitString, Buffer.of(0), sign("sha256", content, privateKey))
  const encoded = der(sequence, content, algorithm, signature).toString("base64").replace(/.{64}/g, "$&\n")
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${encoded}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  }
}

/**
 * @param {number} tag
 * @param {...Uint8Array} parts
 */
function der(tag, ...parts) {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...size), content])
}

/** @param {number} milliseconds from now */
function timeIn(milliseconds) {
  const digits = new Date(Date.now() + milliseconds).toISOString().replace(/[-:T]|\.\d+/g, "")
  return der(generalizedTime, Buffer.from(digits))
}
