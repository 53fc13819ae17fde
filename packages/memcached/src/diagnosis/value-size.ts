import type { Finding } from "@larder/core"
import { figureIn } from "../server-stats.js"
import type { ExaminedServer } from "./examined-server.js"

/** The bytes of an item besides its value: its key and header. */
const itemOverhead = 1024

/** Checks that the server accepts values as large as the backend does, and has not refused any for their size. */
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
      found: `maxValueBytes is ${maxValueBytes}, but the server ${name} accepts items of up to ${itemBytes} bytes (-I).`,
      why: "It refuses larger values, so they are computed each time they are needed.",
      advice: `Start it with a larger -I, or set maxValueBytes to ${itemBytes - itemOverhead}.`,
    }
  }
  if (!(refused > 0)) return undefined
  return {
    severity: "warning",
    code: "value-size",
    found: `The server ${name} has refused values above its limit of ${itemBytes} bytes (-I), ${refused} so far.`,
    why: "Such values are computed each time they are needed.",
    advice: "Start it with a larger -I and raise maxValueBytes, or store smaller values, for example with compress.",
  }
}
