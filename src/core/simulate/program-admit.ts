import type { Compiler, Frame } from './program.ts'
import type { AdmitSite } from './sites.ts'

/** Where a token is asked for; clients with buckets of their own are drawn, all alike. */
export function admitSite(compiler: Compiler, limiter: number, frame: Frame): AdmitSite {
  const resource = compiler.model.resources[limiter]
  const place = { base: compiler.layout.base(limiter), depth: compiler.depthOf(limiter, frame) }
  if (resource?.kind !== 'limiter' || resource.clients === undefined) return { ...place, clients: null }
  const stream = compiler.streams.named(`${compiler.flowId(frame)}/${resource.id}/client`)
  return { ...place, clients: { count: resource.clients, stream } }
}
