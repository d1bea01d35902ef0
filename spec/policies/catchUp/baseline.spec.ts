import { describe, expect, it } from 'vitest';
import { requestBaselines } from '../../../src/policies/catchUp/baseline.ts';
import { kindsOf, type CatchUpContext } from '../../../src/policies/catchUp/context.ts';
import { restContext } from '../../helpers/restClient.ts';

/** The codes of the warnings that `requestBaselines` emits. */
function warningsOf(context: CatchUpContext): string[] {
  const warnings: string[] = [];
  requestBaselines(context).subscribe(({ type, payload }) => {
    warnings.push(type === 'warning' ? payload.code : type);
  });
  return warnings;
}

describe('requestBaselines', () => {
  it('requests the newest id of each kind, and emits nothing', () => {
    const context = restContext({ status: [1, 2, 3], notification: [7] });
    expect(warningsOf(context)).toEqual([]);
    expect(context.queries).toEqual(['status?limit=1', 'notification?limit=1']);
    expect(context.position.cursor).toEqual({ status: '3', notification: '7' });
  });

  it('stores position 0 for an empty timeline, so that its first post counts as missed', () => {
    const context = restContext({ status: [3] });
    warningsOf(context);
    expect(context.position.cursor).toEqual({ status: '3', notification: '0' });
  });

  it('sends no request for a kind whose position is stored or that begins with a backfill', () => {
    const config = { backfill: { notification: 5 } };
    const context = restContext({ status: [3], notification: [7] }, config, { status: '2' });
    warningsOf(context);
    expect(context.queries).toEqual([]);
    expect(context.position.cursor).toEqual({ status: '2' });
  });

  it('requests nothing without catchUp', () => {
    const context = restContext({ status: [3] }, { catchUp: false });
    warningsOf(context);
    expect(context.queries).toEqual([]);
  });

  it('emits a warning for each request that fails, and completes', () => {
    const context = restContext({ status: 'unreachable', notification: 404 });
    expect(warningsOf(context)).toEqual(['catch-up-incomplete', 'catch-up-incomplete']);
    expect(context.position.cursor).toEqual({});
  });

  it('leaves out a kind that the token may not read, without a warning', () => {
    const context = restContext({ status: [3], notification: 403 });
    expect(warningsOf(context)).toEqual([]);
    expect(kindsOf(context)).toEqual(['status']);
    expect(context.position.cursor).toEqual({ status: '3' });
  });
});
