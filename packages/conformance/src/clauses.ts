import type { Clause } from "./clause.js"
import { addClauses } from "./clauses/add.js"
import { batchClauses } from "./clauses/batch.js"
import { bytesClauses } from "./clauses/bytes.js"
import { clearClauses } from "./clauses/clear.js"
import { deleteClauses } from "./clauses/delete.js"
import { equalClauses } from "./clauses/equal.js"
import { errorsClauses } from "./clauses/errors.js"
import { expiryClauses } from "./clauses/expiry.js"
import { faultRecoveryClauses } from "./clauses/fault-recovery.js"
import { faultResultsClauses } from "./clauses/fault-results.js"
import { getClauses } from "./clauses/get.js"
import { handlesClauses } from "./clauses/handles.js"
import { incrClauses } from "./clauses/incr.js"
import { iterateClauses } from "./clauses/iterate.js"
import { keysClauses } from "./clauses/keys.js"
import { lifecycleClauses } from "./clauses/lifecycle.js"
import { processesClauses } from "./clauses/processes.js"
import { pruneClauses } from "./clauses/prune.js"
import { racesClauses } from "./clauses/races.js"
import { replaceClauses } from "./clauses/replace.js"
import { setClauses } from "./clauses/set.js"
import { shapeClauses } from "./clauses/shape.js"
import { statsClauses } from "./clauses/stats.js"
import { syncClauses } from "./clauses/sync.js"
import { touchClauses } from "./clauses/touch.js"
import { ttlClauses } from "./clauses/ttl.js"
import { valuesClauses } from "./clauses/values.js"

/** The clauses of the backend contract, in the order of `CONTRACT.md`. */
export const clauses: readonly Clause[] = [
  ...shapeClauses,
  ...getClauses,
  ...setClauses,
  ...deleteClauses,
  ...expiryClauses,
  ...addClauses,
  ...touchClauses,
  ...incrClauses,
  ...equalClauses,
  ...replaceClauses,
  ...batchClauses,
  ...syncClauses,
  ...bytesClauses,
  ...valuesClauses,
  ...keysClauses,
  ...clearClauses,
  ...iterateClauses,
  ...ttlClauses,
  ...pruneClauses,
  ...statsClauses,
  ...errorsClauses,
  ...handlesClauses,
  ...racesClauses,
  ...processesClauses,
  ...lifecycleClauses,
  ...faultResultsClauses,
  ...faultRecoveryClauses,
]
