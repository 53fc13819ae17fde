import type { Stats } from "node:fs"
import type { Milliseconds } from "@larder/core"
import { readStart, statsOf } from "./disk.js"
import { codeOf, isFull } from "./error-code.js"
import { removeFile } from "./new-file.js"
import { decodeOwner, type OwnerFile, ownerLength } from "./owner-file.js"
import { hasEnded } from "./process-mark.js"

/** A lock is abandoned once its owner has done nothing for this long. */
export const lease: Milliseconds = 5_000

/** Matches the names of locks, drafts and other working files beside entries. */
export const workName: RegExp = /^[0-9a-f]{62}\.lock(\.break)*(\.[0-9a-f]{16})?$/

/** The lock of an entry, held by this process: a hard link beside the entry to the owner file. */
export class EntryLock {
  readonly #path: string
  readonly #owner: OwnerFile
  readonly #taken: number

  private constructor(path: string, owner: OwnerFile, taken: number) {
    this.#path = path
    this.#owner = owner
    this.#taken = taken
  }

  /** Takes the lock of the entry at `path`; `undefined` if it is held. Rejects with ENOENT if its directory is gone. */
  static async take(path: string, owner: OwnerFile): Promise<EntryLock | undefined> {
    const taken = Date.now()
    return (await owner.link(lockOf(path))) ? new EntryLock(lockOf(path), owner, taken) : undefined
  }

  /**
   * As `take`, for a change that only removes the entry. That must also work on a full disk, where there may be no space
   * for an owner file: then the lock is a link to the entry itself. It names no process, so it is abandoned only by age.
   */
  static async takeToRemove(path: string, owner: OwnerFile): Promise<EntryLock | undefined> {
    try {
      return await EntryLock.take(path, owner)
    } catch (full) {
      if (!isFull(full)) throw full
      const taken = Date.now()
      try {
        return (await owner.linkOther(path, lockOf(path))) ? new EntryLock(lockOf(path), owner, taken) : undefined
      } catch (error) {
        throw codeOf(error) === "ENOENT" ? error : full // The file system may have no links.
      }
    }
  }

  /** True while no process can consider the lock abandoned, with a margin; by the clock that all processes use. */
  get isSafe(): boolean {
    return Math.abs(Date.now() - this.#taken) < lease / 2
  }

  /** Releases the lock. False if it was held so long that another process may own it by now: then break it. */
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

/** The path of the draft that the owner of a lock writes to replace the entry. */
export function draftOf(lock: string, ownerId: string): string {
  return `${lock}.${ownerId}`
}

/** Removes a working file if its process has ended, or has done nothing for longer than a lease. */
export async function removeAbandoned(path: string, owner: OwnerFile): Promise<void> {
  if (/\.(lock|break)$/.test(path)) return breakAbandoned(path, owner)
  const stats = await statsOf(path)
  if (stats !== undefined && isOld(stats)) await removeFile(path)
}

/**
 * Removes a lock that is abandoned, or belongs to the owner `lost`, who gave up. The owner's draft is removed first, so that
 * an owner that was only slow has nothing left to rename, however late it resumes. Of several processes that find the lock
 * abandoned, only the one that claims it may remove it, because another could remove the next lock instead. A claim is itself
 * a lock.
 */
export async function breakAbandoned(lock: string, owner: OwnerFile, lost?: string): Promise<void> {
  if ((await abandonedBy(lock, lost)) === undefined) return
  const claim = `${lock}.break`
  if (!(await owner.link(claim))) return breakAbandoned(claim, owner)
  try {
    const late = await abandonedBy(lock, lost)
    if (late === undefined) return
    await removeFile(draftOf(lock, late))
    await removeFile(lock)
  } finally {
    await removeFile(claim)
  }
}

/** The id of the owner that has abandoned this lock; `undefined` if it has not, or if there is no lock. */
async function abandonedBy(lock: string, lost: string | undefined): Promise<string | undefined> {
  const content = await readStart(lock, ownerLength)
  if (content === undefined) return undefined
  const { id, mark } = decodeOwner(content.bytes)
  return id === lost || isOld(content.stats) || hasEnded(mark) ? id : undefined
}

/** By the last change to the file or its links; if that is in the future, the clock was set back. */
function isOld({ ctimeMs }: Stats): boolean {
  return Math.abs(Date.now() - ctimeMs) > lease
}
