export { type Dimension, type Instrument, instruments } from "./instruments.js"
export { prometheusName } from "./prometheus-name.js"
