import type { Output } from "./output.js"

/** Shows a text on the terminal until `work` has settled. */
export async function whileShowing<Result>(
  text: string,
  { progress }: Output,
  work: () => Promise<Result>,
): Promise<Result> {
  progress?.(text)
  try {
    return await work()
  } finally {
    progress?.("")
  }
}
