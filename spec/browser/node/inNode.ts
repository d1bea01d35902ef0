import type * as inNode from '../../helpers/inNode.ts';
import { moduleOf } from '../remote.ts';

export const { constant, writeInPieces } = moduleOf<typeof inNode>('inNode');
