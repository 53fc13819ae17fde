/**
 * Ends this process with SIGTERM when its parent has ended. npm handles a SIGTERM by killing the shell between the two, which
 * does not pass it on.
 */
export function endWithParent() {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, "SIGTERM")
  }, 250)
  watch.unref()
}
