import { tmpdir } from "node:os"
import { join } from "node:path"
import { createClient } from "@keyv/redis"
import { Redis } from "ioredis"
import { expect, it, onTestFinished } from "vitest"
import { RedisBackend } from "../src/index.js"
import { RedisProcess } from "./redis-process.js"

it("a given client may reach its server through a Unix socket", async () => {
  const path = join(tmpdir(), `larder-redis-${process.pid}.sock`)
  await RedisProcess.start("--unixsocket", path)
  const nodeRedis = await createClient({ socket: { path, tls: false } }).connect()
  onTestFinished(() => nodeRedis.destroy())
  const ioredis = new Redis(path)
  onTestFinished(() => ioredis.disconnect())
  await new RedisBackend({ client: nodeRedis }).set("key", Buffer.from("value"), 60_000)
  expect(await new RedisBackend({ client: ioredis }).get("key")).toEqual(Buffer.from("value"))
})
