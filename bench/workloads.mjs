/**
 * W1 to W3: what is simulated, for how long, and what is known of the answer.
 *
 * `noise` is the relative standard deviation of mean and p99 over runs of a million requests, measured with the C++
 * reference (32 runs of a million). It says how far two correct simulators may be apart by chance.
 */
export const workloads = [
  {
    id: 'w1',
    title: 'M/M/1 at 80 %',
    rate: 80,
    source: 'tandem',
    requests: { full: 4e6, quick: 4e6, simpy: 200_000 },
    noise: { mean: 0.0101, p99: 0.0208 },
    // Kleinrock, Queueing Systems, volume 1, section 3.2: the response time is exponential with mean S / (1 - rho).
    exact: { mean: 0.05, p99: 0.05 * Math.log(100) },
  },
  {
    id: 'w2',
    title: 'five M/M/4 in a row at 80 %',
    rate: 320,
    source: 'tandem',
    requests: { full: 1.5e6, quick: 1e6, simpy: 60_000 },
    noise: { mean: 0.0042, p99: 0.0095 },
    // Erlang C(4, 3.2) = 0.59643, by the product form the same at each of the five.
    exact: { mean: 5 * (0.01 + 0.59643 / (400 - 320)) },
  },
  {
    id: 'w3',
    title: 'held workers, cache, store, retries',
    rate: 8000,
    source: 'pool',
    requests: { full: 2e6, quick: 1e6, simpy: 40_000 },
    noise: { mean: 0.0044, p99: 0.0044 },
    exact: {},
  },
]
