import { cacheSection } from './cases-caches.ts'
import { agrees } from './theory.test-support.ts'

agrees(cacheSection)
