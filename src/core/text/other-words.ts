// @data
/** What others call the indicators of objectives: for "did you mean". */
export const otherIndicatorWords: ReadonlyMap<string, string> = new Map([
  ['latency', 'p99'],
  ['response-time', 'p99'],
  ['avg', 'mean'],
  ['average', 'mean'],
  ['median', 'p50'],
  ['availability', 'success'],
  ['uptime', 'success'],
  ['errors', 'success'],
  ['error-rate', 'success'],
  ['rps', 'throughput'],
  ['qps', 'throughput'],
  ['freshness', 'fresh'],
  ['staleness', 'fresh'],
  ['cpu', 'utilization'],
  ['hit-ratio', 'hit'],
  ['hit-rate', 'hit'],
  ['queue', 'queue-length'],
  ['price', 'cost'],
  ['recovered', 'recovered-within'],
])

/** Keys of other formats, by which they are known. */
export const foreignFormats: readonly (readonly [readonly string[], string])[] = [
  [['services'], 'a Compose file'],
  [['apiVersion', 'kind'], 'a Kubernetes manifest'],
  [['openapi'], 'an OpenAPI document'],
  [['swagger'], 'an OpenAPI document'],
  [['asyncapi'], 'an AsyncAPI document'],
  [['on', 'jobs'], 'a GitHub workflow'],
  [['AWSTemplateFormatVersion'], 'a CloudFormation template'],
  [['Resources'], 'a CloudFormation template'],
  [['dependencies', 'version'], 'a package manifest'],
  [['mxfile'], 'a drawing'],
]
