import fs, { type Stats } from "node:fs"
import { promisify } from "node:util"
import type { Milliseconds } from "@larder/core"
import { codeOf } from "./error-code.js"
import { Pace } from "./pace.js"
import { Slots } from "./slots.js"

const openFile = promisify(fs.open)
const fstat = promisify(fs.fstat)
const lstat = promisify(fs.lstat)
const readFile = promisify(fs.read)
const writeFile = promisify(fs.write)
const renameFile = promisify(fs.rename)
const closeFile = promisify(fs.close)
const linkFile = promisify(fs.link)
const unlinkFile = promisify(fs.unlink)

// O_NONBLOCK, or opening a named pipe would wait for its writer.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_NOATIME = 0 } = fs.constants
const forReading = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
// Maintenance reads must not update the access time. Linux only, own files only.
const forLooking = forReading | O_NOATIME

/** For larger files, blocking the event loop costs more than the thread pool. */
const largestSynchronousRead = 512 * 1024

/** The same for writing, which is slower. */
export const largestWrite: number = 128 * 1024

/** A spare file is reused after twice this time, so content that took longer to read may be mixed. */
export const longestRead: Milliseconds = 25
const mostReadings = 16

/** Whether content that may be mixed belongs to one entry. */
export type IsWhole = (content: FileContent) => boolean

/** The content and the stats of a regular file. */
export interface FileContent {
  /** In a buffer of its own. */
  readonly bytes: Uint8Array
  readonly stats: Stats
}

/**
 * What the `io` option selects: how to run steps that take microseconds if the operating system has cached the files, and
 * many times longer through the thread pool.
 */
export interface Disk {
  /** True while changing small files takes microseconds, so that they are changed synchronously. */
  readonly isQuick: boolean
  /** Await it before each change; it limits synchronous work per turn of the event loop. */
  turn(): void | Promise<void>
  /**
   * Reads the whole file, or its first `limit` bytes. `undefined` if there is no regular file; symbolic links are not
   * followed. Reads again if the file may have been reused meanwhile and the content is not `isWhole`.
   */
  read(path: string, limit: number, isWhole: IsWhole): FileContent | undefined | Promise<FileContent | undefined>
  /** Does not follow a symbolic link. `undefined` if there is nothing. */
  stats(path: string): Stats | undefined | Promise<Stats | undefined>
  /** From the beginning of the file. */
  write(descriptor: number, bytes: Uint8Array): void | Promise<void>
  /** For what takes no blocks: where a new file replaces another, renaming takes longer. */
  rename(from: string, to: string): void | Promise<void>
  close(descriptor: number): void | Promise<void>
  link(existing: string, path: string): void | Promise<void>
  /** For one of several links to a file: to remove the last one takes longer. */
  unlink(path: string): void | Promise<void>
}

/** Uses the thread pool for everything. */
export class AsyncDisk implements Disk {
  readonly isQuick = false
  // Each pending read holds a descriptor.
  readonly #slots = new Slots(64)

  turn(): void {}

  read(path: string, limit: number, isWhole: IsWhole): Promise<FileContent | undefined> {
    return this.#slots.run(() => readUnchanged(path, limit, isWhole))
  }

  stats(path: string): Promise<Stats | undefined> {
    return statsOf(path)
  }

  write(descriptor: number, bytes: Uint8Array): Promise<void> {
    return writeAll(descriptor, bytes)
  }

  rename(from: string, to: string): Promise<void> {
    return renameFile(from, to)
  }

  close(descriptor: number): Promise<void> {
    return closeFile(descriptor)
  }

  link(existing: string, path: string): Promise<void> {
    return linkFile(existing, path)
  }

  unlink(path: string): Promise<void> {
    return unlinkFile(path)
  }
}

/** Handles small files synchronously, unless that turns out to be slow, and large ones in the thread pool. */
export class MixedDisk implements Disk {
  readonly #pool = new AsyncDisk()
  readonly #pace = new Pace()

  get isQuick(): boolean {
    return this.#pace.isQuick
  }

  turn(): Promise<void> {
    return this.#pace.turn()
  }

  read(path: string, limit: number, isWhole: IsWhole): FileContent | undefined | Promise<FileContent | undefined> {
    const began = performance.now()
    const content = readSmallSync(path, limit)
    if (content === "large" || performance.now() - began > longestRead) return this.#pool.read(path, limit, isWhole)
    return content
  }

  write(descriptor: number, bytes: Uint8Array): void | Promise<void> {
    if (bytes.length > largestWrite || !this.isQuick) return this.#pool.write(descriptor, bytes)
    this.#pace.time(() => writeAllSync(descriptor, bytes))
  }

  rename(from: string, to: string): void | Promise<void> {
    if (!this.isQuick) return this.#pool.rename(from, to)
    this.#pace.time(() => fs.renameSync(from, to))
  }

  stats(path: string): Stats | undefined {
    return fs.lstatSync(path, { throwIfNoEntry: false })
  }

  close(descriptor: number): void {
    fs.closeSync(descriptor)
  }

  link(existing: string, path: string): void {
    fs.linkSync(existing, path)
  }

  unlink(path: string): void {
    fs.unlinkSync(path)
  }
}

/** Through the thread pool. Does not follow a symbolic link; `undefined` if there is nothing. */
export async function statsOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    return ignoreMissing(error)
  }
}

/** Reads at most the first `limit` bytes of a regular file in the thread pool; `undefined` if there is none. */
export async function readStart(path: string, limit: number): Promise<FileContent | undefined> {
  let descriptor: number
  try {
    descriptor = await open(path)
  } catch (error) {
    return ignoreMissing(error)
  }
  try {
    const stats = await fstat(descriptor)
    if (!stats.isFile()) return undefined
    const bytes = Buffer.allocUnsafeSlow(Math.min(stats.size, limit))
    let length = 0
    while (length < bytes.length) {
      const { bytesRead } = await readFile(descriptor, bytes, length, bytes.length - length, length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return { bytes: bytes.subarray(0, length), stats }
  } finally {
    await closeFile(descriptor)
  }
}

/** As `readStart`; reads again if the file may have been reused for another entry meanwhile. */
async function readUnchanged(path: string, limit: number, isWhole: IsWhole): Promise<FileContent | undefined> {
  for (let readings = 1; ; readings += 1) {
    const began = performance.now()
    const content = await readStart(path, limit)
    if (content === undefined || performance.now() - began <= longestRead) return content
    if ((await statsOf(path))?.ino === content.stats.ino || isWhole(content)) return content
    if (readings === mostReadings) return content // A caller that needs certainty holds the lock, so it is the same file.
  }
}

/** As `readStart`, synchronously; returns `"large"` for a large file. */
function readSmallSync(path: string, limit: number): FileContent | undefined | "large" {
  let descriptor: number
  try {
    descriptor = openSync(path)
  } catch (error) {
    return ignoreMissing(error)
  }
  try {
    const stats = fs.fstatSync(descriptor)
    if (!stats.isFile()) return undefined
    const size = Math.min(stats.size, limit)
    if (size > largestSynchronousRead) return "large"
    const bytes = Buffer.allocUnsafeSlow(size)
    let length = 0
    while (length < bytes.length) {
      const count = fs.readSync(descriptor, bytes, length, bytes.length - length, length)
      if (count === 0) break
      length += count
    }
    return { bytes: bytes.subarray(0, length), stats }
  } finally {
    fs.closeSync(descriptor)
  }
}

async function writeAll(descriptor: number, bytes: Uint8Array): Promise<void> {
  let position = 0
  while (position < bytes.length) {
    position += (await writeFile(descriptor, bytes, position, bytes.length - position, position)).bytesWritten
  }
}

function writeAllSync(descriptor: number, bytes: Uint8Array): void {
  let position = 0
  while (position < bytes.length) {
    position += fs.writeSync(descriptor, bytes, position, bytes.length - position, position)
  }
}

async function open(path: string): Promise<number> {
  try {
    return await openFile(path, forLooking)
  } catch (error) {
    if (codeOf(error) !== "EPERM") throw error
    return openFile(path, forReading)
  }
}

function openSync(path: string): number {
  try {
    return fs.openSync(path, forLooking)
  } catch (error) {
    if (codeOf(error) !== "EPERM") throw error
    return fs.openSync(path, forReading)
  }
}

/** `open` fails for a symbolic link with ELOOP (EMLINK on FreeBSD), and for a socket with ENXIO. */
function ignoreMissing(error: unknown): undefined {
  const code = codeOf(error)
  if (code !== "ENOENT" && code !== "ELOOP" && code !== "EMLINK" && code !== "ENXIO") throw error
}
