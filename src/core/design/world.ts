// @data
/**
 * Parts of the world and the round trips between them, for places and clients whose design says nothing. Means in
 * seconds. Source unless another is named: CloudPing.co inter-region matrix, snapshot of 2024-04-19 (a TCP exchange, a few
 * milliseconds above ICMP).
 */
export type Area =
  | 'us-east'
  | 'us-west'
  | 'south-america'
  | 'europe'
  | 'asia-northeast'
  | 'asia-southeast'
  | 'india'
  | 'australia'

/** Names of regions and of parts of the world, by their start; the longest that fits counts. */
export const areaNames: readonly (readonly [start: string, area: Area])[] = [
  ['us-west', 'us-west'],
  ['us-central', 'us-east'],
  ['us', 'us-east'],
  ['ca', 'us-east'],
  ['north-america', 'us-east'],
  ['america', 'us-east'],
  ['sa', 'south-america'],
  ['south-america', 'south-america'],
  ['eu', 'europe'],
  ['uk', 'europe'],
  ['europe', 'europe'],
  ['me', 'europe'],
  ['africa', 'europe'],
  ['af', 'europe'],
  ['ap-northeast', 'asia-northeast'],
  ['ap-southeast-2', 'australia'],
  ['ap-south-1', 'india'],
  ['ap', 'asia-southeast'],
  ['asia-northeast', 'asia-northeast'],
  ['asia-east', 'asia-northeast'],
  ['asia-south', 'india'],
  ['asia-southeast', 'asia-southeast'],
  ['asia', 'asia-southeast'],
  ['apac', 'asia-southeast'],
  ['japan', 'asia-northeast'],
  ['china', 'asia-northeast'],
  ['india', 'india'],
  ['australia', 'australia'],
  ['oceania', 'australia'],
]

/** Mean round trip between two areas. */
export const areaRoundTrips: readonly (readonly [a: Area, b: Area, seconds: number])[] = [
  ['us-east', 'us-west', 0.0635],
  ['us-east', 'europe', 0.0697],
  ['us-east', 'asia-northeast', 0.1675],
  ['us-east', 'asia-southeast', 0.242],
  ['us-east', 'australia', 0.1979],
  ['us-east', 'india', 0.2063],
  ['us-west', 'europe', 0.1187],
  ['us-west', 'asia-northeast', 0.0975],
  ['us-west', 'asia-southeast', 0.1598],
  ['europe', 'asia-southeast', 0.1825],
  ['europe', 'australia', 0.2565],
  ['europe', 'india', 0.1242],
  ['asia-northeast', 'asia-southeast', 0.0706],
  ['asia-northeast', 'australia', 0.1094],
  ['asia-southeast', 'india', 0.06],
  ['asia-southeast', 'australia', 0.0949],
  // Assumptions: no figure in the source; the sum of the way over the nearest area that has one.
  ['us-east', 'south-america', 0.115],
  ['us-west', 'south-america', 0.175],
  ['europe', 'south-america', 0.185],
  ['asia-northeast', 'south-america', 0.27],
  ['asia-southeast', 'south-america', 0.33],
  ['india', 'south-america', 0.31],
  ['australia', 'south-america', 0.31],
  ['us-west', 'australia', 0.14],
  ['us-west', 'india', 0.22],
  ['europe', 'asia-northeast', 0.21],
  ['asia-northeast', 'india', 0.125],
  ['india', 'australia', 0.15],
]

/** Between two regions of one area: eu-west-1 to eu-west-2. */
export const sameAreaRoundTrip = 0.0143

/** Inside one zone. Source: napkin-math README, rows of 2026-03 (100 us); the 99th percentile after Pingmesh, SIGCOMM 2015. */
export const sameZoneRoundTrip = { p50: 0.0001, p99: 0.0005 }

/** Between zones of one region. Source: L. Liesis, EC2 cross-AZ lag, 2022: 0.83 ms on average, 0.5 to 2 ms. */
export const crossZoneRoundTrip = { p50: 0.00075, p99: 0.002 }

/** From clients to the nearest point of the network. Source: Ookla Speedtest Global Index, November 2022: fixed 10 ms, 4 to 30 ms. */
export const lastMileRoundTrip = { p50: 0.01, p99: 0.03 }

/** Bytes per second of one connection. Source: napkin-math README, 2026-03; within a zone and a region the limit of one flow (EC2 User Guide, 2025: 5 Gbit/s). */
export const bandwidths = { zone: 625e6, region: 625e6, world: 26.2e6, lastMile: 12.5e6 }
