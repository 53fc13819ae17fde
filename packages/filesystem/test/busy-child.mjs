// Does one kind of work on the store until it is done, or killed.
import { FilesystemBackend } from "@larder/filesystem"

const [work, directory, ...parameters] = process.argv.slice(2)

const works = {
  async incrMany(backend, key, times) {
    for (let count = 0; count < Number(times); count += 1) await backend.incr(key, 1)
  },

  async setManyBackAndForth(backend, order, times) {
    for (let round = 0; round < Number(times); round += 1) {
      const keys = Array.from({ length: 100 }, (_, index) => `key ${order === "forth" ? index : 99 - index}`)
      await backend.setMany(keys.map((key) => ({ key, value: Buffer.from(`${order} ${round}`) })))
    }
  },

  // Without close: neither a cull nor a cleaning of expired entries may keep the process.
  async leave(backend) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => backend.set(`key ${index}`, Buffer.from("1"), 1)))
    await new Promise((resolve) => setTimeout(resolve, 5))
    for (let index = 0; index < 50; index += 1) void backend.get(`key ${index}`)
  },

  // Every value says how long it is, so that a torn one is told from a whole one.
  async everything(backend, seed) {
    let random = Number(seed)
    const next = (bound) => {
      random = (random * 48271) % 0x7fff_ffff
      return random % bound
    }
    const value = () => {
      const length = [1, 100, 5_000, 200_000][next(4)]
      return Buffer.from(`${length}:`.padEnd(length + 7, String.fromCharCode(97 + next(26))))
    }
    const changes = [
      (key) => backend.set(key, value()),
      (key) => backend.set(key, value(), 1 + next(20)),
      (key) => backend.add(key, value()),
      (key) => backend.touch(key, 60_000),
      (key) => backend.delete(key),
      (key) => backend.deleteIfEqual(key, value()),
      async (key) => backend.replaceIfEqual(key, (await backend.get(key)) ?? value(), value(), 60_000),
      () => backend.setMany([0, 1, 2].map((offset) => ({ key: `key ${offset}`, value: value() }))),
      () => backend.incr("count", 1),
    ]
    const sweeps = [() => backend.prune(), () => backend.clear("key 7")]
    await backend.add("count", Buffer.from("0"))
    process.stdout.write("ready\n")
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (;;) {
          const kinds = next(50) === 0 ? sweeps : changes
          await kinds[next(kinds.length)](`key ${next(8)}`)
        }
      }),
    )
  },
}

const backend = new FilesystemBackend({ directory })
await works[work](backend, ...parameters)
if (work !== "leave") await backend.close()
