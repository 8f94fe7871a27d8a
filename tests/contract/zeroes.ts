/** Settings in which nothing of something means something, by path; every other amount is above zero. */
const zeroes = `
  authorizer.cache authorizer.denies authorizer.time cached challenge change checks.eject.most cold.kept
  cold.share cold.start delivery deploy.watch detect detects errors failover.detect failover.promote false-alarms
  health.eject.most health.interval hit keyspaces.*.flush keyspaces.*.hit keyspaces.*.ttl keyspaces.*.value
  latency latency.read latency.write limits.queue miss overhead passwords patience pool.wait price
  price-of-million push queue rebalance recover.replace recover.reschedule recover.restart replicas replicas.count
  replicas.failover.detect replicas.failover.promote replicas.lag row-overhead scale.cool-down scale.start serve
  sla slow-mode.for standby tables.*.access.*.rows tls.handshake tls.new tls.resume tls.resumed token
  topics.*.size ttl waiting
`.split(/\s+/)

/** Work may be free. */
export const mayBeZero = (path: string): boolean => path.startsWith('work.') || zeroes.includes(path)
