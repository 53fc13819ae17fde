import type { Milliseconds } from "@larder/core"

/** Settles like `answer`, or rejects after the limit. Its timer does not keep the process alive. */
export async function within<Answer>(limit: Milliseconds, answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`There was no answer within ${limit} ms`)), limit).unref()
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
