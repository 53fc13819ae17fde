import { readFileSync, readlinkSync } from "node:fs"
import { crc32 } from "node:zlib"

const noSpace = 0

/** The length of a mark in bytes. */
export const markLength = 8

/**
 * Tells apart the places where one process id can mean two processes: machines, and containers on one machine. The
 * host's name would not do: containers of one group share it. Known on Linux only.
 */
function processSpace(): number {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1")
    return crc32(boot + readlinkSync("/proc/self/ns/pid")) || 1
  } catch {
    return noSpace
  }
}

const space = processSpace()

/** Names a process on this machine, by default this one: the space that its id counts in, and the id. */
export function processMark(pid: number = process.pid): Uint8Array {
  const mark = Buffer.alloc(markLength)
  mark.writeUInt32BE(space, 0)
  mark.writeUInt32BE(pid, 4)
  return mark
}

/** True only when the process that this mark names has certainly ended. */
export function hasEnded(mark: Uint8Array): boolean {
  if (space === noSpace || mark.length < markLength) return false
  const view = Buffer.from(mark.buffer, mark.byteOffset, mark.length)
  const pid = view.readUInt32BE(4)
  if (view.readUInt32BE(0) !== space || pid === 0 || pid > 0x7fff_ffff) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH"
  }
}
