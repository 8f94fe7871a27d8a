/** Waits behind a balancer as played by scripts/balancing-table.mjs: exponential work, Poisson arrivals, 2e7 events. */

/** Columns of all tables: utilization. */
export const loads = [0, 0.3, 0.5, 0.7, 0.85, 0.95, 1] as const

/** Servers of a copy, and copies, of the tables of {@link excess}. */
export const tableServers = [1, 2, 4, 16] as const
export const tableCopies = [2, 4, 8, 16, 64] as const

/**
 * Join the shortest: (wait / wait of one M/M/nc - 1) / (1 - utilization), by servers and copies. At 0 it is n - 1: who
 * finds all busy waits for one server instead of the first of all. Where waits are below 1e-6 of the work the numbers
 * are continued ones.
 */
export const excess: readonly (readonly (readonly number[])[])[] = [
  [
    [1, 0.651, 0.556, 0.512, 0.5, 0.51, 0.51],
    [3, 2.0, 1.64, 1.433, 1.381, 1.43, 1.43],
    [7, 4.857, 3.714, 3.122, 2.925, 2.991, 3.0],
    [15, 10.36, 7.34, 5.976, 5.575, 5.738, 5.8],
    [63, 46, 30, 20.21, 15.67, 18.03, 19],
  ],
  [
    [1, 0.614, 0.49, 0.425, 0.399, 0.4, 0.4],
    [3, 1.921, 1.435, 1.199, 1.089, 1.083, 1.08],
    [7, 4.77, 3.379, 2.574, 2.278, 2.226, 2.22],
    [15, 10, 7.2, 5.023, 4.379, 4.294, 4.29],
    [63, 45, 30, 17, 12.62, 12.93, 13],
  ],
  [
    [1, 0.598, 0.438, 0.355, 0.31, 0.302, 0.3],
    [3, 1.9, 1.33, 0.996, 0.845, 0.803, 0.79],
    [7, 4.6, 3.2, 2.23, 1.79, 1.614, 1.6],
    [15, 10, 7, 4.727, 3.461, 3.197, 3.1],
    [63, 45, 30, 17, 11.1, 9.25, 9],
  ],
  [
    [1, 0.55, 0.37, 0.2587, 0.1955, 0.172, 0.165],
    [3, 1.8, 1.2, 0.802, 0.53, 0.474, 0.45],
    [7, 4.4, 2.9, 1.976, 1.226, 0.931, 0.88],
    [15, 10, 6.5, 4.2, 2.517, 1.813, 1.7],
    [63, 45, 30, 16, 9, 5.35, 5],
  ],
]

/**
 * Join the shortest: mean of the waits above 0 beyond that of M/M/nc, in units of work per server of a copy; by copies.
 * For one server a copy; within 0.05 for more.
 */
export const beyond: readonly (readonly number[])[] = [
  [0.5, 0.389, 0.348, 0.328, 0.318, 0.32, 0.32],
  [0.75, 0.646, 0.578, 0.509, 0.48, 0.475, 0.47],
  [0.875, 0.834, 0.755, 0.659, 0.578, 0.535, 0.52],
  [0.9375, 0.9, 0.87, 0.801, 0.672, 0.592, 0.57],
  [0.984, 0.975, 0.97, 0.95, 0.901, 0.74, 0.66],
]

/**
 * Best of two at random: wait / wait behind two copies, by servers and copies from 4 on.
 * At full load 2/n, as in one queue.
 */
export const ofTwo: readonly (readonly (readonly number[])[])[] = [
  [
    [0.8, 0.763, 0.761, 0.721, 0.654, 0.568, 0.5],
    [0.72, 0.69, 0.683, 0.626, 0.528, 0.384, 0.25],
    [0.69, 0.665, 0.653, 0.591, 0.477, 0.311, 0.125],
    [0.66, 0.645, 0.634, 0.564, 0.442, 0.268, 0.031],
  ],
  [
    [0.35, 0.453, 0.584, 0.628, 0.601, 0.547, 0.5],
    [0.2, 0.285, 0.447, 0.5, 0.458, 0.358, 0.25],
    [0.14, 0.22, 0.388, 0.446, 0.397, 0.281, 0.125],
    [0.11, 0.18, 0.346, 0.412, 0.361, 0.225, 0.031],
  ],
  [
    [0.05, 0.114, 0.321, 0.479, 0.527, 0.519, 0.5],
    [0.005, 0.02, 0.144, 0.305, 0.359, 0.332, 0.25],
    [0.001, 0.005, 0.085, 0.235, 0.293, 0.242, 0.125],
    [0.0001, 0.0007, 0.046, 0.193, 0.245, 0.19, 0.031],
  ],
  [
    [1e-6, 0.0001, 0.01, 0.119, 0.336, 0.455, 0.5],
    [1e-9, 1e-7, 0.0003, 0.0125, 0.122, 0.235, 0.25],
    [1e-12, 1e-9, 1e-5, 0.0008, 0.0503, 0.132, 0.125],
    [1e-15, 1e-11, 1e-7, 5e-5, 0.015, 0.077, 0.031],
  ],
]

/** Best of two at random among 64: share that waits, by servers; at one server nearly the square of the load. */
export const ofTwoWaits: readonly (readonly number[])[] = [
  [1e-12, 0.0909, 0.251, 0.491, 0.7233, 0.901, 1],
  [1e-12, 0.00705, 0.0743, 0.284, 0.5758, 0.845, 1],
  [1e-15, 2.6e-6, 0.00311, 0.0886, 0.3695, 0.743, 1],
  [1e-30, 1e-15, 1e-9, 1e-5, 0.01315, 0.3645, 1],
]
