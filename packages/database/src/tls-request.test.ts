import { describe, expect, it } from "vitest"
import { loadTls, readTlsRequest } from "./tls-request.js"

const read = (query: string) => readTlsRequest(new URLSearchParams(query))

describe("what a URL says about TLS", () => {
  it("is nothing where it has no such parameter, and that there be none where it says so", () => {
    expect(read("")).toBeUndefined()
    expect(read("sslmode=disable")).toBe(false)
    expect(read("ssl=false")).toBe(false)
  })

  it.each([
    ["ssl=true", { verification: "verify-full" }],
    ["sslmode=require", { verification: "verify-full" }],
    ["sslmode=verify-full", { verification: "verify-full" }],
    ["sslmode=no-verify", { verification: "no-verify" }],
    ["sslrootcert=/ca.pem", { verification: "verify-full", rootCertificate: "/ca.pem" }],
    ["sslmode=verify-ca&sslrootcert=/ca.pem", { verification: "verify-ca", rootCertificate: "/ca.pem" }],
    ["ssl=true&sslcert=/c&sslkey=/k", { verification: "verify-full", certificate: "/c", key: "/k" }],
  ])("is understood in %s", (query, request) => {
    expect(read(query)).toEqual(request)
  })

  it.each([
    ["sslmode=prefer", 'sslmode is "prefer", expected one of disable, require, verify-full, verify-ca, no-verify'],
    ["sslmode=", 'sslmode is ""'],
    ["sslmode=toString", 'sslmode is "toString"'],
    ["ssl=1", 'ssl is "1", expected true or false'],
    ["ssl=true&sslmode=require", "both ssl and sslmode"],
    ["ssl=false&sslrootcert=/ca.pem", "names certificates and rules TLS out"],
    ["sslcert=/c", "of sslcert and sslkey it has only one"],
    ["ssl=true&sslkey=/k", "of sslcert and sslkey it has only one"],
    ["sslmode=verify-ca", "verify-ca needs a sslrootcert"],
  ])("is refused in %s", (query, complaint) => {
    expect(() => read(query)).toThrow(complaint)
  })

  it("is no file that is not there", async () => {
    const request = { verification: "verify-full", rootCertificate: "/no/such/ca.pem" } as const
    await expect(loadTls(request)).rejects.toThrow(
      "The sslrootcert of the database URL cannot be read: /no/such/ca.pem",
    )
  })
})
