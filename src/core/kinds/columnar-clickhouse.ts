import { columnarStore } from './columnar-store.ts'
import { technology } from './technology.ts'

export const columnarClickhouse = technology(columnarStore, {
  id: 'clickhouse',
  about: 'ClickHouse: MergeTree tables.',
  presets: {
    'work.scan': {
      value: '0.005 us',
      source: 'assumption: 200 M rows of a few columns per second and processor, as its makers show',
    },
  },
})
