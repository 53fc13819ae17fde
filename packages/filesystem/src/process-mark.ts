import { readFileSync, readlinkSync } from "node:fs"
import { crc32 } from "node:zlib"

const noSpace = 0

/** The length of a mark in bytes. */
export const markLength = 8

/**
 * Identifies the PID namespace on this machine since its boot, in which a process id is unique. The host name would not
 * do, because containers can share it. Known on Linux only.
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

/** Identifies a process by its PID namespace and its id; by default, this process. */
export function processMark(pid: number = process.pid): Uint8Array {
  const mark = Buffer.alloc(markLength)
  mark.writeUInt32BE(space, 0)
  mark.writeUInt32BE(pid, 4)
  return mark
}

/** True only if the process with this mark has certainly ended. */
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
