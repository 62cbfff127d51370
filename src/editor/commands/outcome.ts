import { FailureError } from '../../images/failure.ts';
import type { JobResult } from '../../jobs/job.ts';
import { remediesFor } from '../orders/placeOrder.ts';
import { failureOf, showFailure } from '../show/present.ts';
import { CommandError, resultOf, type CommandResult } from '../result.ts';
import type { CommandTools } from './command.ts';

/**
 * Does a command for a person, who is shown what goes wrong and what to do about it. Never rejects.
 * @param again starts the command anew, from its first question
 * @param chooseFiles the same with other files, where files are what is wrong
 */
export async function forPerson(tools: CommandTools, again: () => unknown, work: () => Promise<JobResult | undefined>, chooseFiles?: () => unknown): Promise<CommandResult | undefined> {
  try {
    const result = await work();
    return result && resultOf(result);
  } catch (error) {
    // Not awaited: the command has ended, the message may stay as long as its reader likes.
    void showFailure(failureOf(error), remediesFor(tools, { retry: again, askAnew: again, ...(chooseFiles && { chooseFiles }) })).catch((shown: unknown) => tools.log.error(String(shown)));
    return undefined;
  }
}

/**
 * Does a command for a program, which is asked and shown nothing.
 * @throws {CommandError} also when pictures were paid for and none is in its place
 */
export async function forProgram(work: () => Promise<JobResult>): Promise<CommandResult> {
  try {
    const result = await work();
    const [trouble] = result.troubles;
    if (result.assets.length === 0 && trouble) throw new FailureError(trouble);
    return resultOf(result);
  } catch (error) {
    throw new CommandError(error);
  }
}
