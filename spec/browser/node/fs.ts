import type * as fs from 'node:fs';
import { moduleOf } from '../remote.ts';

const remote = moduleOf<typeof fs>('fs');

/** A file of the repository: the root of the page's URLs. */
export const readFileSync = ({ pathname }: URL, encoding?: BufferEncoding): unknown =>
  remote.readFileSync(`.${pathname}`, encoding);
