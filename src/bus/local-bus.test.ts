import { busConformance } from '../../test/conformance/bus.ts'
import { realClock } from '../clock/real-clock.ts'
import { createLocalBus } from './local-bus.ts'

busConformance('local', () => createLocalBus(realClock))
