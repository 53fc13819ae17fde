import { failureLine } from "./failure-line.js"
import { isMisuse } from "./misuse.js"
import type { Output } from "./output.js"

/** What an answer is about: a cache, by its alias or its URL without the password, or a key. */
export type Subject = { readonly cache: string } | { readonly key: string }

/** What became of it. */
export interface Outcome {
  readonly ok: boolean
}

export interface Failure extends Outcome {
  readonly ok: false
  readonly error: string
}

/** What became of one cache or key: an element of the array that `--json` prints. */
export type Answer<Result extends Outcome> = Subject & (Result | Failure)

/** The result of a question, or what failed. Throws the error if the command line is to blame. */
export async function answerTo<Result extends Outcome>(
  subject: Subject,
  question: () => Promise<Result>,
): Promise<Answer<Result>> {
  try {
    return { ...subject, ...(await question()) }
  } catch (error) {
    return failure(subject, error)
  }
}

/** The answer for an error. Throws the error itself if the command line is to blame. */
export function failure(subject: Subject, error: unknown): Subject & Failure {
  if (isMisuse(error)) throw error
  return { ...subject, ok: false, error: failureLine(error) }
}

/** The line about what became of the cache or key with this label. */
export type LineOf<Result extends Outcome> = (result: Result, label: string) => string

/** Writes answers: one line of JSON, or a line each. Returns whether all are well. */
export function report<Result extends Outcome>(
  answers: readonly Answer<Result>[],
  json: boolean | undefined,
  output: Output,
  lineOf: LineOf<Result>,
): boolean {
  if (json) output.out(JSON.stringify(answers))
  else for (const answer of answers) write(answer, output, lineOf)
  return answers.every(({ ok }) => ok)
}

/** What is asked about one cache or key. */
export type Question<Result extends Outcome> = readonly [subject: Subject, ask: () => Promise<Result>]

/**
 * Asks one question after the other, and writes each answer as it comes, or with `json` all at the end. A failure does not keep
 * the next from being asked. Returns whether all is well.
 */
export async function answerEach<Result extends Outcome>(
  questions: Iterable<Question<Result>>,
  json: boolean | undefined,
  output: Output,
  lineOf: LineOf<Result>,
): Promise<boolean> {
  const answers: Answer<Result>[] = []
  for (const [subject, ask] of questions) {
    const answer = await answerTo(subject, ask)
    answers.push(answer)
    if (!json) write(answer, output, lineOf)
  }
  if (json) return report(answers, json, output, lineOf)
  return answers.every(({ ok }) => ok)
}

/** Writes an answer as a line: to `output.error` unless all is well. */
function write<Result extends Outcome>(answer: Answer<Result>, output: Output, lineOf: LineOf<Result>): void {
  const label = "cache" in answer ? answer.cache : answer.key
  const line = isFailure(answer) ? `${label}: ${answer.error}` : lineOf(answer, label)
  if (answer.ok) output.out(line)
  else output.error(line)
}

function isFailure(outcome: Outcome): outcome is Failure {
  return "error" in outcome
}
