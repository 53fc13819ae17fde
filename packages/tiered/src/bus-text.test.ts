import { describe, expect, it } from "vitest"
import { busText, readBusText } from "./bus-text.js"

const message = { sender: "bus", origin: "handle" }

describe("a message as text", () => {
  it("comes back, whatever its keys are like", () => {
    for (const change of [
      { keys: ["a", "😀 ", '"\n', "__proto__"] },
      { keys: [] },
      { prefix: "" },
      { prefix: "app:" },
    ]) {
      expect(readBusText(busText({ ...message, change }))).toEqual({ ...message, change })
    }
  })

  it("means that anything may have changed when it cannot be understood", () => {
    const texts = [
      "",
      "null",
      "1",
      "[]",
      "{",
      '{"version":1}',
      '{"version":2,"sender":"a","origin":"b","keys":["c"]}',
      '{"version":1,"sender":"a","origin":"b"}',
      '{"version":1,"sender":"a","keys":["c"]}',
      '{"version":1,"origin":"b","keys":["c"]}',
      '{"version":1,"sender":"a","origin":"b","keys":["c",1]}',
      '{"version":1,"sender":"a","origin":"b","keys":"c"}',
      '{"version":1,"sender":"a","origin":"b","prefix":1}',
      busText({ ...message, change: { keys: ["k".repeat(1024 * 1024)] } }),
    ]
    for (const text of texts) {
      expect(readBusText(text), text.slice(0, 80)).toEqual({ sender: "", origin: "", change: { prefix: "" } })
    }
  })
})
