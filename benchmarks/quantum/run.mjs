// Starts the quantum benchmark. Run: node benchmarks/quantum/run.mjs [--qubits 16,18] [--out FILE]
import { launch } from '../launcher.mjs'

await launch(new URL('./', import.meta.url), ['main'], 'main')
