import { createMap } from '../text/document.ts'
import { type Field, scalarSchema } from '../text/field.ts'

/** A map, or a scalar that stands for one key of it: `replicas: 2` for `replicas: { count: 2 }`. */
export const shorthand = <T>(key: string, scalar: Field<unknown>, whole: Field<T>): Field<T> => ({
  form: `${scalar.form}, or ${whole.form}`,
  schema: { anyOf: [scalarSchema(scalar), whole.schema] },
  ...(whole.params === undefined ? {} : { longForm: { key, params: whole.params } }),
  read: (node, reading) => {
    if (node.kind !== 'scalar') return whole.read(node, reading)
    return whole.read(createMap([{ key, keySpan: node.span, value: node }], node.span), reading)
  },
})
