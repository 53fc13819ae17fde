import { X509Certificate } from "node:crypto"
import { once } from "node:events"
import { connect, createServer } from "node:tls"
import { describe, expect, it, onTestFinished } from "vitest"
import { selfSignedCertificate } from "./certificate.mjs"

describe("a self-signed certificate", () => {
  it("is for this machine, and signed with its own key", () => {
    const { certificate } = selfSignedCertificate()
    const read = new X509Certificate(certificate)
    expect(read.subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1")
    expect(read.verify(read.publicKey)).toBe(true)
    expect(Date.parse(read.validFrom)).toBeLessThan(Date.now())
    expect(Date.parse(read.validTo)).toBeGreaterThan(Date.now() + 86_400_000)
  })

  it("is accepted by both names if the client trusts it, and rejected otherwise", async () => {
    const [{ certificate, key }, other] = [selfSignedCertificate(), selfSignedCertificate()]
    const server = createServer({ cert: certificate, key }).listen(0, "127.0.0.1")
    onTestFinished(() => void server.close())
    server.on("tlsClientError", () => {})
    await once(server, "listening")
    const address = /** @type {import("node:net").AddressInfo} */ (server.address())
    for (const servername of ["localhost", "127.0.0.1"]) {
      const options = { host: "127.0.0.1", port: address.port, ca: certificate }
      const socket = connect(servername === "localhost" ? { ...options, servername } : options)
      await once(socket, "secureConnect")
      socket.destroy()
    }
    const refused = connect({ host: "127.0.0.1", port: address.port, ca: other.certificate })
    await expect(once(refused, "secureConnect")).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" })
  })
})
