import { searchIndex } from './search-index.ts'
import { technology } from './technology.ts'

export const searchElasticsearch = technology(searchIndex, {
  id: 'elasticsearch',
  aliases: ['opensearch'],
  about: 'Elasticsearch or OpenSearch.',
  presets: {
    buffer: { value: '50%', source: 'OpenSearch documentation: half of the memory for the heap, 2026' },
    shards: { value: '1', source: 'OpenSearch documentation: number_of_shards, 2026' },
  },
  doesNotModel: ['its circuit breakers on memory'],
})
