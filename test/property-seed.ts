/** Property tests draw the same cases in every run, so that a change is judged by itself; FC_SEED draws others. */
import fc from 'fast-check'

const seed = Number(process.env.FC_SEED ?? 20261121)
fc.configureGlobal({ seed })
