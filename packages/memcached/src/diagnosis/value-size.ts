import type { Finding } from "@larder/core"
import { figureIn } from "../server-stats.js"
import type { ExaminedServer } from "./examined-server.js"

/** What an item takes beside its value: its key and header. */
const itemOverhead = 1024

/** Whether the server takes values as large as the backend does, and has refused some. */
export function valueSizeFinding(
  { name, stats, settings }: ExaminedServer,
  maxValueBytes: number,
): Finding | undefined {
  const itemBytes = figureIn(settings, "item_size_max")
  const refused = figureIn(stats, "store_too_large")
  if (itemBytes - itemOverhead < maxValueBytes) {
    return {
      severity: "warning",
      code: "value-size",
      found: `maxValueBytes is ${maxValueBytes}, and the server ${name} takes items of up to ${itemBytes} bytes (-I).`,
      why: "It refuses larger values, which are then computed anew each time they are needed.",
      advice: `Start it with a larger -I, or set maxValueBytes to ${itemBytes - itemOverhead}.`,
    }
  }
  if (!(refused > 0)) return undefined
  return {
    severity: "warning",
    code: "value-size",
    found: `The server ${name} has refused ${refused} values that were over its limit, ${itemBytes} bytes (-I).`,
    why: "They are computed anew each time they are needed.",
    advice: "Start it with a larger -I and set maxValueBytes, or cache smaller values; compress makes them smaller.",
  }
}
