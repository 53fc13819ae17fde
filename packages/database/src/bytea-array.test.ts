import { expect, it } from "vitest"
import { byteaArray } from "./bytea-array.js"

it("encodes one dimension from index 1, no nulls, type 17, and each item after its length", () => {
  const header = "00000001" + "00000000" + "00000011" + "00000003" + "00000001"
  const items = ["000000026162", "00000000", "0000000200ff"]
  expect(byteaArray([Buffer.from("ab"), Buffer.alloc(0), Uint8Array.of(0, 255)]).toString("hex")).toBe(
    [header, ...items].join(""),
  )
})
