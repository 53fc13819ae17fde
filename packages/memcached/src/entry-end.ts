import { flag, found } from "./meta-commands.js"
import { barrier, type Request, unfinished } from "./request.js"
import { figureIn, StatsReader } from "./server-stats.js"

/**
 * The Unix time, by the server's clock, at which an entry expires; `undefined` if it is gone or changed, or the clock ticked
 * meanwhile. With that time, a replacement keeps the expiry exactly: seconds left would be counted from the write, and every
 * replacement could add one.
 */
export function getEnd(key: string, token: string): Request<number | undefined> {
  const look = `mg ${key} t c\r\n`
  const reader = new StatsReader()
  const looks: (number | undefined)[] = []
  return {
    parts: [`${look}stats\r\n${look}${barrier}`],
    batch: true,
    read(reply) {
      if (reply.code === "STAT" || reply.code === "END") reader.read(reply)
      else if (reply.code !== "MN") {
        looks.push(found(reply) && flag(reply, "c") === token ? Number(flag(reply, "t")) : undefined)
      } else {
        const [before, after] = looks
        const time = figureIn(reader.stats, "time")
        return before === undefined || before !== after || Number.isNaN(time) ? undefined : time + before
      }
      return unfinished
    },
  }
}
