/** Makes the agent providers of an instance from what its agents say; secrets come from the environment or files. */
import { readFileSync } from 'node:fs'
import { createCommandProvider } from '../agents/command.ts'
import { createEchoProvider } from '../agents/echo.ts'
import { createOpenAiProvider, type OpenAiOptions } from '../agents/openai-compatible.ts'
import type { AgentProvider } from '../agents/provider.ts'
import { createSimulatedProvider, type SimulatedOptions } from '../agents/simulated.ts'
import { QaasError } from '../errors.ts'
import { acceptSchema, type ProviderSettings, parseSettings, providerSchema } from '../io/running-schema.ts'
import type { Instance } from '../model/instance.ts'
import { checkTimeLimit, firstTokenTimeoutMs } from './time-limits.ts'

export interface ProvidersOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Only the pools from this one on; 0 when left out. */
  readonly firstPool?: number
  /** All agents are simulated, whatever they say. */
  readonly simulate?: { readonly speed: number; readonly failureRate?: number }
}

/** One provider per pool, in their order. @throws QaasError `invalid-instance` on missing or wrong settings, naming the agent */
export function buildProviders(instance: Instance, options: ProvidersOptions): readonly AgentProvider[] {
  const { simulate, firstPool = 0 } = options
  return instance.fleet.poolIds.slice(firstPool).map((id, k) => {
    const pool = firstPool + k
    const given = instance.fleet.providers.get(pool)
    if (simulate) return createSimulatedProvider({ ...simulatedPart(given), ...simulate })
    if (given === undefined)
      throw new QaasError(
        'invalid-instance',
        `agent "${id}" does not say how it is reached: it has no provider`,
        {
          advice: 'Maybe add one (see docs/running.md), or try the plan with --simulate.',
          data: { path: ['agents', pool, 'provider'] },
        },
      )
    const settings = parseSettings(providerSchema, given, `agent "${id}": provider`)
    return buildProvider(settings, {
      id,
      languageModel: instance.fleet.languageModels[pool],
      latencyMs: instance.fleet.latencyMs[pool]!,
      options,
    })
  })
}

/** What a simulated agent says of itself counts also when all are simulated. */
function simulatedPart(given: Readonly<Record<string, unknown>> | undefined): SimulatedOptions {
  const { kind, ...rest } = given ?? {}
  return kind === 'simulated' ? (rest as SimulatedOptions) : {}
}

interface Owner {
  readonly id: string
  readonly languageModel: string | undefined
  readonly latencyMs: number
  readonly options: ProvidersOptions
}

function buildProvider(settings: ProviderSettings, owner: Owner): AgentProvider {
  switch (settings.kind) {
    case 'echo':
      return createEchoProvider(settings)
    case 'simulated':
      return createSimulatedProvider(defined(settings))
    case 'command':
      checkTimeLimit({ ...owner, name: 'timeoutMs', limitMs: settings.timeoutMs })
      return createCommandProvider(defined(settings))
    case 'openai-compatible': {
      const { apiKeyEnv, apiKeyFile, kind, languageModel = owner.languageModel, ...rest } = settings
      if (languageModel === undefined)
        throw new QaasError(
          'invalid-instance',
          `agent "${owner.id}" does not say which language model it is`,
          {
            advice: 'Maybe set its languageModel.',
          },
        )
      checkTimeLimit({ ...owner, name: 'totalTimeoutMs', limitMs: rest.totalTimeoutMs })
      const apiKey = secret(settings, owner)
      return createOpenAiProvider({
        ...rest,
        firstTokenTimeoutMs: rest.firstTokenTimeoutMs ?? firstTokenTimeoutMs(owner.latencyMs),
        languageModel,
        ...(apiKey ? { apiKey } : {}),
      } satisfies OpenAiOptions)
    }
  }
}

/** Without the entries that are undefined. */
function defined<T extends object>(settings: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(settings).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }
}

function secret(
  { apiKeyEnv, apiKeyFile }: { apiKeyEnv?: string | undefined; apiKeyFile?: string | undefined },
  { id, options }: Owner,
): string | undefined {
  if (apiKeyEnv !== undefined) {
    const key = options.environment[apiKeyEnv]
    if (key) return key
    throw new QaasError('invalid-instance', `agent "${id}" needs the environment variable ${apiKeyEnv}`, {
      advice: `Maybe run "export ${apiKeyEnv}=..." first.`,
    })
  }
  if (apiKeyFile === undefined) return undefined
  try {
    return readFileSync(apiKeyFile, 'utf8').split('\n')[0]!.trim()
  } catch (cause) {
    throw new QaasError('invalid-instance', `agent "${id}": cannot read its key file "${apiKeyFile}"`, {
      cause,
    })
  }
}

/** Finds mistakes in the accept checks before anything runs. @throws QaasError `invalid-instance` */
export function checkAcceptSettings(instance: Instance): void {
  for (const [task, accept] of instance.tasks.accepts) {
    const owner = `task "${instance.tasks.ids.get(task)}": accept`
    const { judge } = parseSettings(acceptSchema, accept, owner)
    if (judge && !instance.fleet.poolIds.includes(judge.agent))
      throw new QaasError('invalid-instance', `${owner}.judge.agent: there is no agent "${judge.agent}"`, {
        advice: `Maybe one of: ${instance.fleet.poolIds.slice(0, 8).join(', ')}.`,
      })
  }
}
