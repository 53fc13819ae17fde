import { once } from "node:events"
import { connect } from "node:net"
import { selfSignedCertificate } from "@larder/services/certificate"
import { startMemcached } from "@larder/services/memcached-server"
import { onTestFinished } from "vitest"

/** Users for `-Y`, one per line. */
export const users = { alice: "s3cret", bob: "p@ss:wörd" } as const

interface Security {
  readonly login?: boolean
  readonly tls?: boolean
}

/** A server for one test, which is stopped at the end of the test. */
export async function openSecured({ login = false, tls = false }: Security): Promise<{ address: string; ca: string }> {
  const { certificate, key } = selfSignedCertificate()
  const lines = Object.entries(users).map(([name, password]) => `${name}:${password}\n`)
  const { port, stop } = await startMemcached({
    args: [
      ...(login ? ["-Y", "users"] : []),
      ...(tls ? ["-Z", "-o", "ssl_chain_cert=certificate.pem,ssl_key=key.pem"] : []),
    ],
    files: { users: lines.join(""), "certificate.pem": certificate, "key.pem": key },
    answers: isConnectedTo,
  })
  onTestFinished(stop)
  return { address: `127.0.0.1:${port}`, ca: certificate }
}

/** A server counts as started when it accepts connections: it only answers clients with TLS or a login. */
async function isConnectedTo(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1")
  try {
    await once(socket, "connect")
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
