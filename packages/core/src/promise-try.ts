/** `Promise.try`, which Node 20 lacks: what `run` throws becomes a rejection, as in an async function, without its promise. */
export function promiseTry<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return run()
  } catch (error) {
    return Promise.reject(error)
  }
}
