import { readFile } from "node:fs/promises"

/** The URL parameters for TLS, which are the same for all servers. */
export const tlsParameters = ["ssl", "sslmode", "sslrootcert", "sslcert", "sslkey"] as const

/** What is verified: the certificate and its host name, only the certificate, or nothing. */
export type TlsVerification = "verify-full" | "verify-ca" | "no-verify"

/** The TLS settings in a URL. Certificates and keys are paths of PEM files. */
export interface TlsRequest {
  readonly verification: TlsVerification
  readonly rootCertificate?: string
  readonly certificate?: string
  readonly key?: string
}

/** Options of `node:tls`, with the contents of the files. `verifyIdentity` is for mysql2: whether to check the host name. */
export interface LoadedTls {
  readonly rejectUnauthorized: boolean
  readonly verifyIdentity: boolean
  readonly checkServerIdentity?: () => undefined
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

const modes: Readonly<Record<string, TlsVerification | false>> = {
  disable: false,
  // In libpq, `require` verifies nothing. Here, that needs an explicit `no-verify`.
  require: "verify-full",
  "verify-full": "verify-full",
  "verify-ca": "verify-ca",
  "no-verify": "no-verify",
}
const accepted = Object.keys(modes).join(", ")

/**
 * Reads the TLS parameters. Returns `undefined` if there are none, and false if they disable TLS. Throws an `Error` with the
 * reason if they are invalid.
 */
export function readTlsRequest(parameters: URLSearchParams): TlsRequest | false | undefined {
  const [rootCertificate, certificate, key] = ["sslrootcert", "sslcert", "sslkey"].map((name) => parameters.get(name))
  const hasFiles = [rootCertificate, certificate, key].some((path) => typeof path === "string")
  const mode = modeIn(parameters) ?? (hasFiles ? "require" : undefined)
  if (mode === undefined) return undefined
  const verification = Object.hasOwn(modes, mode) ? modes[mode] : undefined
  if (verification === undefined) throw new Error(`sslmode is ${JSON.stringify(mode)}, expected one of ${accepted}`)
  if (verification === false && hasFiles) throw new Error("it disables TLS but names certificates")
  if ((certificate == null) !== (key == null)) throw new Error("it needs sslcert and sslkey together")
  if (verification === "verify-ca" && rootCertificate == null) throw new Error("verify-ca needs sslrootcert")
  return (
    verification && {
      verification,
      ...(rootCertificate != null && { rootCertificate }),
      ...(certificate != null && { certificate }),
      ...(key != null && { key }),
    }
  )
}

/** Reads the files. Rejects with an `Error` that names a file that cannot be read. */
export async function loadTls(request: TlsRequest): Promise<LoadedTls> {
  const { verification, rootCertificate, certificate, key } = request
  return {
    rejectUnauthorized: verification !== "no-verify",
    verifyIdentity: verification === "verify-full",
    ...(verification === "verify-ca" && { checkServerIdentity: () => undefined }),
    ...(rootCertificate !== undefined && { ca: await readPem("sslrootcert", rootCertificate) }),
    ...(certificate !== undefined && { cert: await readPem("sslcert", certificate) }),
    ...(key !== undefined && { key: await readPem("sslkey", key) }),
  }
}

function modeIn(parameters: URLSearchParams): string | undefined {
  const [mode, ssl] = [parameters.get("sslmode"), parameters.get("ssl")]
  if (mode !== null && ssl !== null) throw new Error("it has both ssl and sslmode")
  if (ssl === null) return mode ?? undefined
  if (ssl !== "true" && ssl !== "false") throw new Error(`ssl is ${JSON.stringify(ssl)}, expected true or false`)
  return ssl === "true" ? "require" : "disable"
}

async function readPem(parameter: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8")
  } catch (cause) {
    throw new Error(`Cannot read the ${parameter} of the database URL: ${path}`, { cause })
  }
}
