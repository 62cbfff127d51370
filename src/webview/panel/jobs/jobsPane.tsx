/// <reference lib="dom" />
import type { JSX } from 'preact';

// UNDER CONSTRUCTION
/** The requests under way, and those that are over and not put away. */
export function JobsPane(): JSX.Element {
  return <section class="jobs" />;
}
