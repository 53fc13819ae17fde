import { codeOf } from "./error-code.js"

/** The directory cannot be used, or a file in it cannot be changed. The message says what to do. */
export class FilesystemError extends Error {
  override readonly name = "FilesystemError"
  /** The code of the system, such as `"EACCES"` or `"ENOSPC"`; `"EBUSY"` if an entry was locked for too long. */
  readonly code: string
  /** The cache directory, or the file or directory in it that caused the error. */
  readonly path: string

  constructor(code: string, path: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.path = path
  }
}

const noAccess = "Give the user of this process read, write and search permission for it, or choose another directory"
const noDirectory = "A file stands where the cache needs a directory: remove it, or choose another directory"
const noSpace = "Free some space or inodes (see df and df -i), or lower maxBytes or maxEntries"
const noDescriptors = "Raise the limit on open files (ulimit -n)"

const advice: Readonly<Record<string, string>> = {
  ENOENT: "It cannot be made: look for a symbolic link that leads nowhere, or choose another directory",
  EACCES: noAccess,
  EPERM: noAccess,
  EROFS: "The file system is mounted read-only: choose another directory",
  ENOSPC: noSpace,
  EDQUOT: noSpace,
  ENOTDIR: noDirectory,
  EMFILE: noDescriptors,
  ENFILE: noDescriptors,
  ENAMETOOLONG: "Choose a directory with a shorter path: the cache adds 75 characters to it",
}

/** Converts system errors that the user can fix to a `FilesystemError`; returns others unchanged. */
export function explain(error: unknown, directory: string): unknown {
  const code = codeOf(error)
  if (code === undefined || error instanceof FilesystemError) return error
  const what = advice[code]
  if (what === undefined) return error
  const { message, path = directory } = error as NodeJS.ErrnoException
  return new FilesystemError(code, path, `Cannot use the cache directory ${directory}: ${message}. ${what}`, {
    cause: error,
  })
}

/** Whether the system has refused the operation; a lock timeout is not a refusal. */
export function isRefusal(error: unknown): boolean {
  return error instanceof FilesystemError && error.code !== "EBUSY"
}

/** Returns what the task returns, or rejects with its error, converted by `explain`. */
export async function explained<Result>(directory: string, task: () => Promise<Result>): Promise<Result> {
  try {
    return await task()
  } catch (error) {
    throw explain(error, directory)
  }
}
