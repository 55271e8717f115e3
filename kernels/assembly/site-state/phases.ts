/** Phases of the tables' energies. */
import { ENERGY, PHASE_IM, PHASE_RE, word } from './layout'

/** Cosine and minus sine of gamma x energy for `count` energies from `first`: the phases exp(-i gamma E). */
export function phases(state: usize, gamma: f64, first: i32, count: i32): void {
  const energies = <usize>word(state, ENERGY)
  const re = <usize>word(state, PHASE_RE)
  const im = <usize>word(state, PHASE_IM)
  for (let k = first, end = first + count; k < end; k++) {
    const x = gamma * load<f64>(energies + ((<usize>k) << 3))
    // Reduction by quarter turns with pi/2 in three parts (Cody and Waite), then the polynomials of fdlibm.
    const turns = nearest<f64>(x * 0.6366197723675814)
    const r = x - turns * 1.5707963267341256 - turns * 6.077100506303966e-11 - turns * 2.0222662487959506e-21
    const z = r * r
    const s = r + r * z * (-0.16666666666666632 + z * (0.00833333333332249 + z * (-1.984126982985795e-4 + z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)))))
    const c = 1.0 - 0.5 * z + z * z * (0.0416666666666666 + z * (-0.001388888888887411 + z * (2.480158728947673e-5 + z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))))
    const quarter = <i64>turns & 3
    const swap = (quarter & 1) != 0
    let cosine = swap ? s : c
    let sine = swap ? c : s
    if (quarter == 1 || quarter == 2) cosine = -cosine
    if (quarter >= 2) sine = -sine
    store<f32>(re + ((<usize>k) << 2), <f32>cosine)
    store<f32>(im + ((<usize>k) << 2), <f32>(-sine))
  }
}
