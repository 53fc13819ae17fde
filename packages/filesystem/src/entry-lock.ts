import type { Stats } from "node:fs"
import type { Milliseconds } from "@larder/core"
import { readStart, statsOf } from "./disk.js"
import { removeFile } from "./new-file.js"
import { decodeOwner, type OwnerFile, ownerLength } from "./owner-file.js"
import { hasEnded } from "./process-mark.js"

/** A lock whose owner has done nothing for this long belongs to nobody. */
export const lease: Milliseconds = 5_000

/** Tells what processes at work put beside entries, locks and what belongs to them, from other files. */
export const workName: RegExp = /^[0-9a-f]{62}\.lock(\.break)*(\.[0-9a-f]{16})?$/

/** The lock of an entry, held by an owner of this process: a link beside the entry to the owner's file. */
export class EntryLock {
  readonly #path: string
  readonly #owner: OwnerFile
  readonly #taken: number

  private constructor(path: string, owner: OwnerFile, taken: number) {
    this.#path = path
    this.#owner = owner
    this.#taken = taken
  }

  /** Takes the lock of the entry at `path`; `undefined` when it is held. Rejects with ENOENT when its directory is gone. */
  static async take(path: string, owner: OwnerFile): Promise<EntryLock | undefined> {
    const taken = Date.now()
    return (await owner.link(lockOf(path))) ? new EntryLock(lockOf(path), owner, taken) : undefined
  }

  /** True as long as nobody can think the lock abandoned, for a good while yet; by the clock that the others go by. */
  get isSafe(): boolean {
    return Math.abs(Date.now() - this.#taken) < lease / 2
  }

  /** Gives the lock up. False when it was held for so long that it may be another's by now: it is left to be broken. */
  async release(): Promise<boolean> {
    if (!this.isSafe) return false
    await this.#owner.unlink(this.#path)
    return true
  }
}

/** The lock of the entry at `path`. */
export function lockOf(path: string): string {
  return `${path}.lock`
}

/** Where the owner of a lock writes what is to replace the entry. */
export function draftOf(lock: string, ownerId: string): string {
  return `${lock}.${ownerId}`
}

/** Removes a working file if the process that made it has ended, or has done nothing for longer than a lease. */
export async function removeAbandoned(path: string, owner: OwnerFile): Promise<void> {
  if (/\.(lock|break)$/.test(path)) return breakAbandoned(path, owner)
  const stats = await statsOf(path)
  if (stats !== undefined && isOld(stats)) await removeFile(path)
}

/**
 * Removes a lock that its owner has left behind. The owner's draft goes first: an owner that was only slow then finds
 * nothing to put in the entry's place, however late it wakes up. Of several processes that find the lock abandoned only
 * the one that claims it may remove it, for another one's attempt could hit the next lock. A claim is itself a lock.
 */
export async function breakAbandoned(lock: string, owner: OwnerFile): Promise<void> {
  if ((await abandonedBy(lock)) === undefined) return
  const claim = `${lock}.break`
  if (!(await owner.link(claim))) return breakAbandoned(claim, owner)
  try {
    const late = await abandonedBy(lock)
    if (late === undefined) return
    await removeFile(draftOf(lock, late))
    await removeFile(lock)
  } finally {
    await removeFile(claim)
  }
}

/** The id of the owner that has left this lock behind; `undefined` when it has not, or there is no lock. */
async function abandonedBy(lock: string): Promise<string | undefined> {
  const content = await readStart(lock, ownerLength)
  if (content === undefined) return undefined
  const { id, mark } = decodeOwner(content.bytes)
  return isOld(content.stats) || hasEnded(mark) ? id : undefined
}

/** By the last change to the file or to its links; one in the future tells of a clock that was set back. */
function isOld({ ctimeMs }: Stats): boolean {
  return Math.abs(Date.now() - ctimeMs) > lease
}
