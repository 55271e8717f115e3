/** The nearest-name search, for the edge. */
export { nearest } from '../numeric/nearest.ts'
