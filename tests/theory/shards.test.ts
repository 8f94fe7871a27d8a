import { shardSection } from './cases-shards.ts'
import { agrees } from './theory.test-support.ts'

agrees(shardSection)
