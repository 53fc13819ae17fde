/**
 * Ends this process with SIGTERM when the one that started it is gone. npm answers a SIGTERM by ending the shell between
 * us, and a shell tells nobody.
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
