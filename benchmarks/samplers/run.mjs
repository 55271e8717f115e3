// Starts the sampler benchmarks. Run: node benchmarks/samplers/run.mjs [--cases pm,gauss,...] or [--g-set ...]
import { launch } from '../launcher.mjs'

const program = process.argv.includes('--g-set') ? 'g-set' : 'main'
await launch(new URL('./', import.meta.url), ['main', 'g-set'], program)
