import { freePort } from "./free-port.mjs"
import { askRedis, redisServer, startRedis } from "./redis.mjs"
import { until } from "./server.mjs"
import { startTogether, stopOnFailure } from "./start-together.mjs"

const slotRanges = [
  [0, 5460],
  [5461, 10922],
  [10923, 16383],
]

/** @typedef {{ port: number, busPort: number, stop(): Promise<void> }} Node */

/** @type {import("./services.mjs").Service} */
export const redisCluster = {
  name: "redis-cluster",
  variables: ["REDIS_CLUSTER_URLS"],
  programs: [redisServer],
  async start() {
    const { parts: nodes, stop } = await startTogether(Array.from({ length: 2 * slotRanges.length }, () => startNode))
    await stopOnFailure(stop, () => join(nodes))
    const urls = nodes.map(({ port }) => `redis://127.0.0.1:${port}`)
    return { environment: { REDIS_CLUSTER_URLS: urls.join(",") }, stop }
  },
}

async function startNode() {
  const busPort = await freePort()
  const { port, stop } = await startRedis("redis-cluster", [
    ...["--cluster-enabled", "yes", "--cluster-port", `${busPort}`, "--cluster-announce-ip", "127.0.0.1"],
    ...["--cluster-node-timeout", "5000", "--repl-diskless-sync-delay", "0"],
  ])
  return { port, busPort, stop }
}

/**
 * Creates a cluster of the nodes: masters with slots, then as many replicas.
 *
 * @param {readonly Node[]} nodes
 */
async function join(nodes) {
  const masters = nodes.slice(0, slotRanges.length)
  const replicas = nodes.slice(slotRanges.length)
  await Promise.all(
    masters.map(async ({ port }, index) => {
      await order(port, `CLUSTER ADDSLOTSRANGE ${slotRanges[index]?.join(" ")}`)
      // Masters that share epoch 0 would first have to resolve the conflict.
      await order(port, `CLUSTER SET-CONFIG-EPOCH ${index + 1}`)
    }),
  )
  // Introduces every node to every other: gossip would take seconds.
  for (const [index, { port }] of nodes.entries())
    for (const other of nodes.slice(index + 1))
      await order(port, `CLUSTER MEET 127.0.0.1 ${other.port} ${other.busPort}`)

  await Promise.all(
    replicas.map(async ({ port }, index) => {
      const id = /\r\n(\w+)$/.exec(await askRedis(masters[index]?.port ?? 0, "CLUSTER MYID"))?.[1]
      await until(
        async () => (await askRedis(port, `CLUSTER REPLICATE ${id}`)) === "+OK",
        "a master that the replica knows",
      )
    }),
  )
  await Promise.all(nodes.map(({ port }) => until(() => isComplete(port, nodes), "a complete cluster")))
}

/**
 * Whether a node knows the whole cluster and, as a replica, has the data of its master.
 *
 * @param {number} port
 * @param {readonly Node[]} nodes
 */
async function isComplete(port, nodes) {
  const [info, view, replication] = await Promise.all(
    ["CLUSTER INFO", "CLUSTER NODES", "INFO replication"].map((command) => askRedis(port, command)),
  )
  const seen = (/** @type {RegExp} */ role) => view?.match(role)?.length
  return (
    info?.includes("cluster_state:ok") === true &&
    seen(/master - .* connected \d/g) === slotRanges.length &&
    seen(/slave \w+ .* connected/g) === nodes.length - slotRanges.length &&
    replication?.includes("master_link_status:down") === false
  )
}

/**
 * @param {number} port
 * @param {string} command
 */
async function order(port, command) {
  const reply = await askRedis(port, command)
  if (reply !== "+OK") throw new Error(`Redis answered ${JSON.stringify(reply)} to ${command}`)
}
