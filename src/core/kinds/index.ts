import { apiGateway } from './api-gateway.ts'
import { cacheMemcached } from './cache-memcached.ts'
import { cacheRedis } from './cache-redis.ts'
import { cache } from './cache.ts'
import { cdn } from './cdn.ts'
import { columnarClickhouse } from './columnar-clickhouse.ts'
import { columnarStore } from './columnar-store.ts'
import type { Kind } from './define.ts'
import { keyValueDynamodb } from './key-value-dynamodb.ts'
import { keyValueStore } from './key-value-store.ts'
import { loadBalancer } from './load-balancer.ts'
import { loadBalancerAlb, loadBalancerEnvoy, loadBalancerHaproxy, loadBalancerNginx } from './load-balancers.ts'
import { lockEtcd } from './lock-etcd.ts'
import { lockService } from './lock-service.ts'
import { realtimeGateway } from './realtime-gateway.ts'
import { service } from './service.ts'
import { sqlDatabase } from './sql-database.ts'
import { sqlMysql } from './sql-mysql.ts'
import { sqlPostgres } from './sql-postgres.ts'
import { station } from './station.ts'
import { streamKafka } from './stream-kafka.ts'
import { stream } from './stream.ts'
import { waf } from './waf.ts'
import { worker } from './worker.ts'

/** Every kind of component that there is: general kinds, each followed by its technologies. */
export const kinds: readonly Kind[] = [
  cdn,
  waf,
  loadBalancer,
  loadBalancerNginx,
  loadBalancerHaproxy,
  loadBalancerEnvoy,
  loadBalancerAlb,
  apiGateway,
  service,
  worker,
  realtimeGateway,
  cache,
  cacheRedis,
  cacheMemcached,
  sqlDatabase,
  sqlPostgres,
  sqlMysql,
  keyValueStore,
  keyValueDynamodb,
  columnarStore,
  columnarClickhouse,
  stream,
  streamKafka,
  lockService,
  lockEtcd,
  station,
]
