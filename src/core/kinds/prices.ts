// @data
/**
 * List prices, on demand, without discounts. Machines: AWS us-east-1, Linux, from the vendor's price interface on
 * 2026-07-20 (aws/karpenter-provider-aws). Others: Infracost's golden outputs of the year named, us-east-1.
 */
export interface Machine {
  readonly cpu: number
  /** GiB. */
  readonly memory: number
  /** USD per hour. */
  readonly price: number
}

export const machines: Readonly<Record<string, Machine>> = {
  't3.micro': { cpu: 2, memory: 1, price: 0.0104 },
  't3.small': { cpu: 2, memory: 2, price: 0.0208 },
  't3.medium': { cpu: 2, memory: 4, price: 0.0416 },
  't3.large': { cpu: 2, memory: 8, price: 0.0832 },
  't4g.small': { cpu: 2, memory: 2, price: 0.0168 },
  't4g.medium': { cpu: 2, memory: 4, price: 0.0336 },
  't4g.large': { cpu: 2, memory: 8, price: 0.0672 },
  'm6i.large': { cpu: 2, memory: 8, price: 0.096 },
  'm7i.large': { cpu: 2, memory: 8, price: 0.1008 },
  'm7i.xlarge': { cpu: 4, memory: 16, price: 0.2016 },
  'm7i.2xlarge': { cpu: 8, memory: 32, price: 0.4032 },
  'm7i.4xlarge': { cpu: 16, memory: 64, price: 0.8064 },
  'm7g.medium': { cpu: 1, memory: 4, price: 0.0408 },
  'm7g.large': { cpu: 2, memory: 8, price: 0.0816 },
  'm7g.xlarge': { cpu: 4, memory: 16, price: 0.1632 },
  'm7g.2xlarge': { cpu: 8, memory: 32, price: 0.3264 },
  'm7g.4xlarge': { cpu: 16, memory: 64, price: 0.6528 },
  'm7g.8xlarge': { cpu: 32, memory: 128, price: 1.3056 },
  'm7g.16xlarge': { cpu: 64, memory: 256, price: 2.6112 },
  'm8g.large': { cpu: 2, memory: 8, price: 0.08976 },
  'm8g.xlarge': { cpu: 4, memory: 16, price: 0.17952 },
  'c7i.large': { cpu: 2, memory: 4, price: 0.08925 },
  'c7i.xlarge': { cpu: 4, memory: 8, price: 0.1785 },
  'c7g.large': { cpu: 2, memory: 4, price: 0.0725 },
  'c7g.xlarge': { cpu: 4, memory: 8, price: 0.145 },
  'c7g.2xlarge': { cpu: 8, memory: 16, price: 0.29 },
  'c7g.4xlarge': { cpu: 16, memory: 32, price: 0.58 },
  'c8g.large': { cpu: 2, memory: 4, price: 0.07976 },
  'c8g.xlarge': { cpu: 4, memory: 8, price: 0.15952 },
  'r6i.large': { cpu: 2, memory: 16, price: 0.126 },
  'r6g.large': { cpu: 2, memory: 16, price: 0.1008 },
  'r6g.xlarge': { cpu: 4, memory: 32, price: 0.2016 },
}

/**
 * USD per hour of one vCPU and of one GiB, for sizes that are no machine: the line through m7i.large (2 vCPU, 8 GiB,
 * 0.1008) and c7i.large (2 vCPU, 4 GiB, 0.08925).
 */
export const hourly = { cpu: 0.03885, memory: 0.0028875 }

/** USD per hour and GiB of a managed cache: ElastiCache cache.r5.4xlarge, 1.724 for 105.8 GiB (2024). */
export const cacheHourlyPerGibibyte = 0.0163

/** USD per GB and month, and what goes beyond the IOPS and bytes per second that are included (EBS gp3, st1; 2024). */
export const disks = {
  ssd: { space: 0.08, iops: 0.005, iopsIncluded: 3000, throughput: 0.04, throughputIncluded: 125e6 },
  hdd: { space: 0.045, iops: 0, iopsIncluded: 0, throughput: 0, throughputIncluded: 0 },
  /** Comes with the machine. */
  nvme: { space: 0, iops: 0, iopsIncluded: 0, throughput: 0, throughputIncluded: 0 },
}

/** USD per GB and month. */
export const storage = {
  /** S3 Standard, first 50 TB (2025). */
  objects: 0.023,
  /** EFS standard (2024). */
  files: 0.3,
  /** DynamoDB table storage (2024). */
  keyValue: 0.25,
}

/** USD by use: AWS, us-east-1 (2024). */
export const usage = {
  /** Lambda: a request, and a byte of memory for a second, on x86; what is kept costs for as long as it is. */
  functionRequest: 0.2e-6,
  functionByteSecond: 16.6667e-6 / 1e9,
  functionKeptByteSecond: 4.1667e-6 / 1e9,
}

/** As clouds bill. */
export const HOURS_PER_MONTH = 730
