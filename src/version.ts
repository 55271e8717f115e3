/** The version of this package, as in package.json. */
import manifest from '../package.json' with { type: 'json' }

export const VERSION: string = manifest.version
