import { failureLine } from "./failure-line.js"
import { isMisuse } from "./misuse.js"
import type { Output } from "./output.js"

/** What an answer is about: a key, or a cache by its alias or its URL without the password. */
export type Subject = { readonly cache: string } | { readonly key: string }

export interface Outcome {
  readonly ok: boolean
}

export interface Failure extends Outcome {
  readonly ok: false
  readonly error: string
}

/** The result for one cache or key: an element of the array that `--json` prints. */
export type Answer<Result extends Outcome> = Subject & (Result | Failure)

/** Returns the result of a question, or its failure. Rejects if the command line is at fault. */
export async function answerTo<Result extends Outcome>(
  subject: Subject,
  question: () => Promise<Result>,
): Promise<Answer<Result>> {
  try {
    return { ...subject, ...(await question()) }
  } catch (error) {
    if (isMisuse(error)) throw error
    return { ...subject, ok: false, error: failureLine(error) }
  }
}

/** Returns the line about a result. `label` is the alias, the URL or the key. */
export type LineOf<Result extends Outcome> = (result: Result, label: string) => string

/** Writes answers as one line of JSON, or as a line each. Returns whether all are `ok`. */
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

/** A question about one cache or key. */
export type Question<Result extends Outcome> = readonly [subject: Subject, ask: () => Promise<Result>]

/**
 * Asks the questions in order, also after failures. Writes each answer as it arrives; with `json`, all of them at the end.
 * Returns whether all are `ok`. Rejects if the command line is at fault.
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
  return json ? report(answers, json, output, lineOf) : answers.every(({ ok }) => ok)
}

/** Writes an answer as a line, to `output.error` unless it is `ok`. */
function write<Result extends Outcome>(answer: Answer<Result>, output: Output, lineOf: LineOf<Result>): void {
  const label = "cache" in answer ? answer.cache : answer.key
  const line = isFailure(answer) ? `${label}: ${answer.error}` : lineOf(answer, label)
  if (answer.ok) output.out(line)
  else output.error(line)
}

function isFailure(outcome: Outcome): outcome is Failure {
  return "error" in outcome
}
