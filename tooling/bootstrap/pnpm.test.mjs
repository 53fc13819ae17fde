import { describe, expect, it } from "vitest"
import { pnpmCommand } from "./pnpm.mjs"

describe("pnpmCommand", () => {
  it("uses a pnpm of exactly the pinned version", () => {
    expect(pnpmCommand("pnpm@12.21.0", "12.21.0")).toEqual(["pnpm"])
  })

  it.each(["12.20.0", "10.34.9", undefined])("uses npx if the PATH has %s", (installed) => {
    expect(pnpmCommand("pnpm@12.21.0", installed)).toEqual(["npx", "--yes", "pnpm@12.21.0"])
  })

  it("ignores the hash of the pin", () => {
    expect(pnpmCommand("pnpm@12.21.0+sha512.abc", "12.21.0")).toEqual(["pnpm"])
  })

  it.each(["npm@11.0.0", "pnpm@latest", ""])("rejects the pin %j", (pin) => {
    expect(() => pnpmCommand(pin, undefined)).toThrow("packageManager must look like")
  })
})
