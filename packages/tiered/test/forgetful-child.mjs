// Uses a bus, and leaves without a word.
import { setTimeout as wait } from "node:timers/promises"
import { RedisBus } from "@larder/tiered/redis"
import { createClient } from "@redis/client"

const bus = new RedisBus({ client: createClient({ url: process.argv[2] }) })
bus.subscribe({ onMessage: () => {}, onConnected: () => {}, onDisconnected: () => {} })
await wait(200)
await bus.publish({ origin: "", change: { keys: ["key"] } })
