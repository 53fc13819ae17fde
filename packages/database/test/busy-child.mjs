import { fromUrl } from "@larder/database"

const backend = await fromUrl(process.argv[2])
await backend.add("counter", Buffer.from("0"))
for (let index = 0; index < 300; index += 1) {
  await backend.incr("counter", 1)
  await backend.setMany([{ key: `key ${index}`, value: Buffer.alloc(1000) }])
}
await backend.close()
