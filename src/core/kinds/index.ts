import { apiGateway } from './api-gateway.ts'
import { cacheMemcached } from './cache-memcached.ts'
import { cacheRedis } from './cache-redis.ts'
import { cache } from './cache.ts'
import { cdn } from './cdn.ts'
import { client } from './client.ts'
import { columnarClickhouse } from './columnar-clickhouse.ts'
import { columnarStore } from './columnar-store.ts'
import type { Kind } from './define.ts'
import { dns } from './dns.ts'
import { documentMongodb } from './document-mongodb.ts'
import { documentStore } from './document-store.ts'
import { external } from './external.ts'
import { fileStore } from './file-store.ts'
import { functionKind } from './function.ts'
import { identityProvider } from './identity-provider.ts'
import { keyValueDynamodb } from './key-value-dynamodb.ts'
import { keyValueStore } from './key-value-store.ts'
import { loadBalancerAlb } from './load-balancer-alb.ts'
import { loadBalancerEnvoy } from './load-balancer-envoy.ts'
import { loadBalancerHaproxy } from './load-balancer-haproxy.ts'
import { loadBalancerNginx } from './load-balancer-nginx.ts'
import { loadBalancer } from './load-balancer.ts'
import { lockEtcd } from './lock-etcd.ts'
import { lockService } from './lock-service.ts'
import { objectS3 } from './object-s3.ts'
import { objectStore } from './object-store.ts'
import { pubSubNats } from './pub-sub-nats.ts'
import { pubSubSns } from './pub-sub-sns.ts'
import { pubSub } from './pub-sub.ts'
import { queueRabbitmq } from './queue-rabbitmq.ts'
import { queueSqs } from './queue-sqs.ts'
import { queue } from './queue.ts'
import { realtimeGateway } from './realtime-gateway.ts'
import { scheduler } from './scheduler.ts'
import { searchElasticsearch } from './search-elasticsearch.ts'
import { searchIndex } from './search-index.ts'
import { service } from './service.ts'
import { sqlDatabase } from './sql-database.ts'
import { sqlMysql } from './sql-mysql.ts'
import { sqlPostgres } from './sql-postgres.ts'
import { station } from './station.ts'
import { streamKafka } from './stream-kafka.ts'
import { stream } from './stream.ts'
import { waf } from './waf.ts'
import { wideColumnCassandra } from './wide-column-cassandra.ts'
import { wideColumnScylla } from './wide-column-scylla.ts'
import { wideColumnStore } from './wide-column-store.ts'
import { worker } from './worker.ts'

/** Every kind of component that there is: general kinds, each followed by its technologies. */
export const kinds: readonly Kind[] = [
  client,
  dns,
  cdn,
  waf,
  loadBalancer,
  loadBalancerNginx,
  loadBalancerHaproxy,
  loadBalancerEnvoy,
  loadBalancerAlb,
  apiGateway,
  service,
  functionKind,
  worker,
  scheduler,
  realtimeGateway,
  cache,
  cacheRedis,
  cacheMemcached,
  sqlDatabase,
  sqlPostgres,
  sqlMysql,
  documentStore,
  documentMongodb,
  wideColumnStore,
  wideColumnCassandra,
  wideColumnScylla,
  keyValueStore,
  keyValueDynamodb,
  searchIndex,
  searchElasticsearch,
  columnarStore,
  columnarClickhouse,
  objectStore,
  objectS3,
  fileStore,
  stream,
  streamKafka,
  queue,
  queueRabbitmq,
  queueSqs,
  pubSub,
  pubSubNats,
  pubSubSns,
  lockService,
  lockEtcd,
  identityProvider,
  external,
  station,
]
