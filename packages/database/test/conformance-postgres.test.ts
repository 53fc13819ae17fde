import { openPostgres } from "../src/open-postgres.js"
import { testConformanceOn } from "./conformance-on.js"

testConformanceOn("postgres", { defaultPort: 5432, open: openPostgres })
