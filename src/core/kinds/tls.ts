import type { Ratio } from '../base/units.ts'
import type { Distribution } from '../model/distribution.ts'
import type { Step } from '../model/step.ts'
import { oneOf } from '../text/field.ts'
import { optional, record, withDefault } from '../text/param.ts'
import { lawField, ratioField } from '../text/quantity-fields.ts'
import type { Access, Behaviour, Writer } from './define.ts'
import { once } from './fleet.ts'
import { isNothing } from './laws.ts'

/** TLS of those who connect. */
export const tlsParams = {
  tls: optional(
    record(
      {
        new: withDefault(ratioField(), '10%', {
          help: 'Part of the requests that come over a new connection; the others over one that is kept.',
          source: 'assumption: ten requests on a connection',
          range: '1%..100%',
          effect: { at: '100%', moves: ['mean up'] },
        }),
        resumed: withDefault(ratioField(), '50%', {
          help: 'Part of the new connections that resume an earlier session.',
          source: 'assumption: every second client was here before',
          range: '0%..90%',
          effect: { at: '100%', with: ['tls.new=100%'], moves: ['busy down'] },
        }),
        certificate: withDefault(oneOf('ecdsa', 'rsa'), 'ecdsa', {
          help: 'Key of the certificate: P-256, or RSA with 2048 bits, whose signature takes longer.',
          effect: { at: 'rsa', with: ['tls.new=100%'], moves: ['busy up'] },
        }),
        version: withDefault(oneOf('1.2', '1.3'), '1.3', {
          help: 'Of the protocol: a full handshake takes one round trip (1.3) or two (1.2), after that of TCP.',
          source: 'RFC 8446: TLS 1.3, 2018',
          effect: { at: '"1.2"', with: ['tls.new=100%'], moves: ['mean up'] },
        }),
        handshake: withDefault(lawField('time', 'skewed'), '0.2 ms', {
          help: 'Processor time of a full handshake with ECDSA; RSA takes its signature on top.',
          source: 'derived from own measurement 2026: a P-256 signature 24 us, two X25519 of 46 us, framing',
          range: '0.1 ms..0.4 ms',
          effect: { at: '5 ms', with: ['tls.new=100%'], moves: ['busy up'] },
        }),
        resume: withDefault(lawField('time', 'skewed'), '0.07 ms', {
          help: 'Processor time of a resumed one.',
          source:
            'HAProxy Starter Guide, 2026: 13 100 requests/s with resumption on one core, 160 000 without handshake',
          range: '0.02 ms..0.1 ms',
          effect: { at: '5 ms', with: ['tls.new=100%'], moves: ['busy up'] },
        }),
      },
      'TLS of new connections',
    ),
    { help: 'Handshakes of new connections; nothing: connections are kept for ever.' },
  ),
}

export interface TlsSettings {
  readonly tls: {
    readonly new: Ratio
    readonly resumed: Ratio
    readonly certificate: 'ecdsa' | 'rsa'
    readonly version: '1.2' | '1.3'
    readonly handshake: Distribution
    readonly resume: Distribution
  } | null
}

/** Seconds of an RSA signature with 2048 bits on one processor. Source: own measurement 2026, 1 430 a second. */
const RSA_SIGNATURE = 0.7e-3

/** Round trips before the request: one for TCP, then those of TLS. */
export function connectsOf({ tls }: TlsSettings): Pick<Access, 'connects'> {
  if (tls === null || tls.new === 0) return {}
  const full = { share: tls.new * (1 - tls.resumed), roundTrips: tls.version === '1.2' ? 3 : 2 }
  return { connects: [full, { share: tls.new * tls.resumed, roundTrips: 2 }] }
}

/** Processor time of the handshakes, at who ends the connection. */
export function handshakes({ tls }: TlsSettings, work: NonNullable<Behaviour['work']>, write: Writer): readonly Step[] {
  if (tls === null || tls.new === 0) return []
  const signed = tls.certificate === 'rsa' ? ({ law: 'shifted', by: RSA_SIGNATURE, of: tls.handshake } as const) : null
  const full = signed ?? tls.handshake
  const steps = (law: Distribution): readonly Step[] => (isNothing(law) ? [] : work(law, once, write))
  return [
    write.choose([
      { probability: tls.new * (1 - tls.resumed), steps: steps(full) },
      { probability: tls.new * tls.resumed, steps: steps(tls.resume) },
      { probability: 1 - tls.new, steps: [] },
    ]),
  ]
}
