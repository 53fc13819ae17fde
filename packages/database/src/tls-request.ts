import { readFile } from "node:fs/promises"

/** The parameters of a URL that are about TLS, for any server. */
export const tlsParameters = ["ssl", "sslmode", "sslrootcert", "sslcert", "sslkey"] as const

/**
 * How much is asked of the server's certificate: that an authority that we trust vouches for it, and for this host; for
 * any host; nothing at all.
 */
export type TlsVerification = "verify-full" | "verify-ca" | "no-verify"

/** What a URL asks for. The others are paths of PEM files. */
export interface TlsRequest {
  readonly verification: TlsVerification
  readonly rootCertificate?: string
  readonly certificate?: string
  readonly key?: string
}

/** The options of `node:tls`, and whether the server's name is to be checked, which mysql2 wants to be told apart. */
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
  // What encrypts and checks nothing has to say so.
  require: "verify-full",
  "verify-full": "verify-full",
  "verify-ca": "verify-ca",
  "no-verify": "no-verify",
}
const accepted = Object.keys(modes).join(", ")

/** Reads the parameters; `undefined` where there are none, false where TLS is ruled out. Throws an `Error` with a reason. */
export function readTlsRequest(parameters: URLSearchParams): TlsRequest | false | undefined {
  const [rootCertificate, certificate, key] = ["sslrootcert", "sslcert", "sslkey"].map((name) => parameters.get(name))
  const hasFiles = [rootCertificate, certificate, key].some((path) => typeof path === "string")
  const mode = modeIn(parameters) ?? (hasFiles ? "require" : undefined)
  if (mode === undefined) return undefined
  const verification = Object.hasOwn(modes, mode) ? modes[mode] : undefined
  if (verification === undefined) throw new Error(`sslmode is ${JSON.stringify(mode)}, expected one of ${accepted}`)
  if (verification === false && hasFiles) throw new Error("it names certificates and rules TLS out")
  if ((certificate == null) !== (key == null)) throw new Error("of sslcert and sslkey it has only one")
  if (verification === "verify-ca" && rootCertificate == null) throw new Error("verify-ca needs a sslrootcert")
  return (
    verification && {
      verification,
      ...(rootCertificate != null && { rootCertificate }),
      ...(certificate != null && { certificate }),
      ...(key != null && { key }),
    }
  )
}

/** Reads the files. Rejects with an `Error` that names the one that cannot be read. */
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
    throw new Error(`The ${parameter} of the database URL cannot be read: ${path}`, { cause })
  }
}
