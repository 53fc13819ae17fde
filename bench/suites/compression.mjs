import { readFileSync } from "node:fs"
import { promisify } from "node:util"
import * as zlib from "node:zlib"

const prose = ["../../CONTRIBUTING.md", "../../README.md", "../../packages/core/README.md"]
  .map((path) => readFileSync(new URL(path, import.meta.url), "utf8"))
  .join("\n")

/** Rows as from a query, each with its own prose as title and summary, until their JSON has this many bytes. */
function rows(bytes) {
  const all = []
  while (JSON.stringify(all).length < bytes) {
    const id = all.length
    const start = (id * 211) % (prose.length - 300)
    all.push({
      id: 1_000 + id * 37,
      title: prose.slice(start + 7, start + 47),
      published: new Date(1_600_000_000_000 + id * 86_461_000).toISOString(),
      author: { id: (id * 7_919) % 1_000, name: `Author ${(id * 31) % 17}` },
      score: Math.sin(id),
      tags: [`tag${id % 5}`, `tag${id % 11}`],
      summary: prose.slice(start, start + 260),
    })
  }
  return Buffer.from(JSON.stringify(all))
}

const values = { "2 kB": rows(2_000), "10 kB": rows(10_000), "50 kB": rows(50_000) }
const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT, ZSTD_c_compressionLevel } = zlib.constants

const brotli = (quality) => ({
  compress: (bytes) =>
    zlib.brotliCompressSync(bytes, {
      params: { [BROTLI_PARAM_QUALITY]: quality, [BROTLI_PARAM_SIZE_HINT]: bytes.byteLength },
    }),
  inflate: zlib.brotliDecompressSync,
})
const deflate = (level) => ({
  compress: (bytes) => zlib.deflateSync(bytes, { level }),
  inflate: zlib.inflateSync,
})
const zstd = (level) => ({
  compress: (bytes) => zlib.zstdCompressSync(bytes, { params: { [ZSTD_c_compressionLevel]: level } }),
  inflate: zlib.zstdDecompressSync,
})
const inThreads = { compress: promisify(zlib.deflate), inflate: promisify(zlib.inflate) }

const algorithms = {
  "deflate 3": deflate(3),
  "deflate 1": deflate(1),
  "deflate 6": deflate(6),
  "gzip 6": { compress: zlib.gzipSync, inflate: zlib.gunzipSync },
  "brotli 1": brotli(1),
  "brotli 4": brotli(4),
  ...("zstdCompressSync" in zlib && { "zstd 1": zstd(1), "zstd 3": zstd(3) }),
}

const sizes = Object.entries(algorithms).map(([name, { compress }]) => {
  const of = Object.values(values).map((bytes) => compress(bytes).byteLength.toLocaleString("en"))
  return `${name} ${of.join(" / ")}`
})

export const title = "Compression: which algorithm"
export const note =
  "Microseconds to compress and to inflate (`back`) rows of JSON that contain prose, synchronously except in the last row, " +
  "which uses Node's thread pool. Core uses deflate 3, brotli 4 and zstd 1. The three values have " +
  `${Object.values(values)
    .map((bytes) => bytes.byteLength.toLocaleString("en"))
    .join(" / ")} bytes; compressed: ${sizes.join("; ")}.`
export const baseline = "deflate 3"
export const unit = "µs"
export const operations = Object.keys(values).flatMap((name) => [name, `${name} back`])

async function measured({ compress, inflate }) {
  const made = {}
  for (const [name, bytes] of Object.entries(values)) {
    const compressed = await compress(bytes)
    const limits = { maxOutputLength: bytes.byteLength, chunkSize: bytes.byteLength + 1 }
    if (!bytes.equals(await inflate(compressed, limits))) throw new Error(`${name} came back different`)
    made[name] = async () => compress(bytes)
    made[`${name} back`] = async () => inflate(compressed, limits)
  }
  return made
}

export function perOperation(_operation, nanoseconds) {
  return nanoseconds / 1_000
}

export const contenders = {
  ...Object.fromEntries(Object.entries(algorithms).map(([name, algorithm]) => [name, () => measured(algorithm)])),
  "deflate 6, in threads": () => measured(inThreads),
}
