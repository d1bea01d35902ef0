/** The scenario as a program for Node, Bun or Deno, which prints a line of JSON for each report. */
import * as library from 'mastodon-rx';
import { scenario } from './scenario.ts';

const config = JSON.parse(process.argv[2] ?? '{}') as Parameters<typeof scenario>[1];
void scenario(library, config, (line) => console.log(JSON.stringify(line)));
