import { storeConformance } from '../../test/conformance/store.ts'
import { createMemoryStore } from './memory-store.ts'

storeConformance('memory', { create: async () => createMemoryStore() })
