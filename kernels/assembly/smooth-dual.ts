// asc: --sharedMemory --maximumMemory 65536 --enable threads
// The smoothed dual: soft minima of priced lines over blocks of four pools, soft dynamic programming on trees, loads and
// products with the Hessian. Reference: src/solvers/pricing/smooth-kernel.ts, which ends in the same bits.
// `p` points to the addresses of the arrays, in the order of ARRAYS there.
export { price } from './smooth-dual/price'
export { mix, trees } from './smooth-dual/trees'
export { loads } from './smooth-dual/sums'
export { curve, product } from './smooth-dual/curvature'
