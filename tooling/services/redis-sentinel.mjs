import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { freePort } from "./free-port.mjs"
import { openHome } from "./home.mjs"
import { requireProgram } from "./program.mjs"
import { askRedis, redisServer, startRedis } from "./redis.mjs"
import { startServer, until } from "./server.mjs"
import { startTogether, stopOnFailure } from "./start-together.mjs"

const masterName = "larder"
const sentinelCount = 3
const quorum = 2

/** @type {import("./services.mjs").Service} */
export const redisSentinel = {
  name: "redis-sentinel",
  variables: ["REDIS_SENTINEL_URLS", "REDIS_SENTINEL_NAME"],
  programs: [redisServer],
  async start() {
    const data = await startPair()
    const starts = Array.from({ length: sentinelCount }, () => () => startSentinel(data.masterPort))
    const sentinels = await stopOnFailure(data.stop, () => startTogether(starts))
    const urls = sentinels.parts.map(({ port }) => `redis://127.0.0.1:${port}`)
    return {
      environment: { REDIS_SENTINEL_URLS: urls.join(","), REDIS_SENTINEL_NAME: masterName },
      async stop() {
        await Promise.all([data.stop(), sentinels.stop()])
      },
    }
  },
}

/** A master and a replica: sentinels discover replicas when they start, and then only every ten seconds. */
async function startPair() {
  const options = ["--repl-diskless-sync-delay", "0"]
  const { parts, stop } = await startTogether(
    ["master", "replica"].map((role) => () => startRedis(`redis-sentinel-${role}`, options)),
  )
  const [masterPort = 0, replicaPort = 0] = parts.map(({ port }) => port)
  await stopOnFailure(stop, async () => {
    await askRedis(replicaPort, `REPLICAOF 127.0.0.1 ${masterPort}`)
    const inStep = async () => (await askRedis(replicaPort, "INFO replication")).includes("master_link_status:up")
    await until(inStep, "a replica in step with its master")
  })
  return { masterPort, stop }
}

/** @param {number} masterPort */
async function startSentinel(masterPort) {
  const program = requireProgram(redisServer)
  const port = await freePort()
  const home = openHome("redis-sentinel")
  const configuration = join(home.folder, "sentinel.conf")
  writeFileSync(
    configuration,
    [
      `port ${port}`,
      "bind 127.0.0.1",
      `sentinel monitor ${masterName} 127.0.0.1 ${masterPort} ${quorum}`,
      `sentinel down-after-milliseconds ${masterName} 2000`,
      `sentinel failover-timeout ${masterName} 6000`,
      "",
    ].join("\n"),
  )
  await startServer({
    home,
    program,
    args: [configuration, "--sentinel"],
    answers: () => knowsEverybody(port),
  })
  return { port, stop: home.stop }
}

/** @param {number} port of a sentinel */
async function knowsEverybody(port) {
  const master = await askRedis(port, `SENTINEL MASTER ${masterName}`)
  const count = (/** @type {string} */ name) => Number(new RegExp(`\\b${name}\r\n\\$\\d+\r\n(\\d+)`).exec(master)?.[1])
  return count("num-slaves") === 1 && count("num-other-sentinels") === sentinelCount - 1
}
