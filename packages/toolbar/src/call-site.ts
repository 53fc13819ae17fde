import { dirname, isAbsolute, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"

/** Enough to see past the frames of a framework. */
const stackDepth = 100

/** `at render (file:///srv/app/views.ts:31:9)`, `at async /srv/app/views.ts:31:9`. */
const frame = /^\s*at (?:.*\()?(?:async )?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*):(\d+):\d+\)?$/

/** Absent in a CommonJS bundle. Not in `new URL(…, import.meta.url)`, which bundlers take for a file to include. */
const ownUrl: string | undefined = import.meta.url

/** The parent folder of Larder's packages: in node_modules, except in Larder's own repository. */
const packagesFolder = ownUrl && dirname(dirname(dirname(fileURLToPath(ownUrl)))) + sep

/**
 * The line of the application that called the cache, relative to the working directory: `src/views.ts:31`. It is the first
 * stack frame outside of Node, dependencies and Larder. `undefined` if there is none, as in a callback of `then`.
 */
export function callSite(): string | undefined {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = stackDepth
  const { stack } = new Error()
  Error.stackTraceLimit = stackTraceLimit
  // Error.prepareStackTrace can return any type.
  return typeof stack === "string" ? siteIn(stack) : undefined
}

/** Finds the call site in a stack trace. */
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
  if (!packagesFolder || !path.startsWith(packagesFolder)) return true
  const [, folder] = path.slice(packagesFolder.length).split(sep)
  return (folder !== "src" && folder !== "dist") || path.includes(".test.")
}

function shorten(path: string, workingDirectory: string): string {
  const within = relative(workingDirectory, path)
  return within.startsWith("..") || isAbsolute(within) ? path : within
}
