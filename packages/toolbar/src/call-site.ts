import { isAbsolute, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"

/** Deeper than the frames of a framework between a handler and the cache. */
const framesSeen = 100

/** `at render (file:///srv/app/views.ts:31:9)`, `at async /srv/app/views.ts:31:9`. */
const frame = /^\s*at (?:.*\()?(?:async )?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*):(\d+):\d+\)?$/

/** The folder that Larder's packages are in; only in Larder's own repository is it not in node_modules. */
const packagesFolder = fileURLToPath(new URL("../../", import.meta.url))

/**
 * Where the application called the cache: the first frame of the stack that is not of Node, of a dependency or of Larder, such
 * as `src/views.ts:31`, relative to the working directory. `undefined` if no frame is left, as after a `then`.
 */
export function callSite(): string | undefined {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = framesSeen
  const { stack } = new Error()
  Error.stackTraceLimit = stackTraceLimit
  // Not a string where a program prepares stack traces of its own.
  return typeof stack === "string" ? siteIn(stack) : undefined
}

/** The call site in a stack trace. */
export function siteIn(stack: string, workingDirectory: string = process.cwd()): string | undefined {
  for (const line of stack.split("\n")) {
    const [, place, number] = line.includes("eval at ") ? [] : (frame.exec(line) ?? [])
    if (place === undefined) continue
    const path = place.startsWith("file://") ? fileURLToPath(place) : place
    if (isApplication(path)) return `${shorten(path, workingDirectory)}:${number}`
  }
  return undefined
}

function isApplication(path: string): boolean {
  if (path.includes(`${sep}node_modules${sep}`)) return false
  if (!path.startsWith(packagesFolder)) return true
  const [, folder] = path.slice(packagesFolder.length).split(sep)
  return (folder !== "src" && folder !== "dist") || path.includes(".test.")
}

function shorten(path: string, workingDirectory: string): string {
  const within = relative(workingDirectory, path)
  return within.startsWith("..") || isAbsolute(within) ? path : within
}
