import { openMysql } from "../src/open-mysql.js"
import { testConformanceOn } from "./conformance-on.js"

testConformanceOn("mysql", { defaultPort: 3306, open: openMysql })
