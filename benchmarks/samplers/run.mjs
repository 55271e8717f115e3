// Starts the sampler benchmarks. Run: node benchmarks/samplers/run.mjs [--cases pm,gauss,...] | --g-set ... | --or-library ...
import { launch } from '../launcher.mjs'

const others = ['g-set', 'or-library']
const program = others.find((name) => process.argv.includes(`--${name}`)) ?? 'main'
await launch(new URL('./', import.meta.url), ['main', ...others], program)
