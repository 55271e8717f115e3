import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    pure: 'src/pure.ts',
    cli: 'src/cli/main.ts',
    worker: 'src/platform/worker.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Only `--traces` wants the OpenTelemetry SDK; whoever uses it installs it.
  external: ['@opentelemetry/sdk-trace-node'],
  dts: true,
  fixedExtension: true,
  hash: false,
  clean: true,
})
