import { fakeConversation, fakeStatus } from 'mastodon-rx/testing';
import { describe, expect, it } from 'vitest';
import { OVERLAP, TimelinePosition } from '../../../src/policies/catchUp/timelinePosition.ts';

const post = (id: string, more: object = {}) => ({
  ...{ type: 'update', payload: fakeStatus({ id }), stream: ['public'] },
  ...more,
});
const recovered = (id: string) => post(id, { recovered: true });

const after = (...ids: string[]): TimelinePosition => {
  const position = new TimelinePosition();
  for (const id of ids) position.accept(post(id));
  return position;
};

describe('TimelinePosition', () => {
  it('accepts an item once, live or over REST', () => {
    const position = new TimelinePosition();
    const events = [post('1'), recovered('1'), recovered('2'), post('2')];
    expect(events.map((event) => position.accept(event))).toEqual([true, false, true, false]);
  });

  it('accepts the same conversation again when it comes live, since it may have been read', () => {
    const position = new TimelinePosition();
    const conversation = {
      ...{ type: 'conversation', stream: ['direct'] },
      payload: fakeConversation({ last_status: fakeStatus({ id: '1' }) }),
    };
    expect(position.accept(conversation)).toBe(true);
    expect(position.accept(conversation)).toBe(true);
    expect(position.accept({ ...conversation, recovered: true } as never)).toBe(false);
  });

  it('accepts every event without an id', () => {
    const position = after('1');
    const deleted = { type: 'delete', payload: '1', stream: ['public'] };
    expect([position.accept(deleted), position.accept(deleted)]).toEqual([true, true]);
  });

  it('moves its cursor forward only', () => {
    const position = after('9', '10', '2');
    expect(position.cursor).toEqual({ status: '10' });
    position.advance('status', '3');
    expect(position.cursor).toEqual({ status: '10' });
  });

  it('starts from a stored cursor', () => {
    const position = new TimelinePosition({ status: '5', notification: undefined });
    expect([position.isKnown('status'), position.isKnown('notification')]).toEqual([true, false]);
    expect(position.overlapStart('status')).toBe('5');
  });

  it(`requests again from ${OVERLAP} ids below the newest`, () => {
    const ids = Array.from({ length: 50 }, (_, at) => String(at + 1));
    expect(after(...ids).overlapStart('status')).toBe('30');
    expect(after('1', '2').overlapStart('status')).toBe('1');
  });

  it('has no position for a forbidden kind, nor for a kind with only a gap', () => {
    const position = after('1');
    position.forbid('notification');
    position.openGap('conversation', '5');
    expect(Object.keys(position.cursor)).toEqual(['status']);
    expect([position.isForbidden('notification'), position.isForbidden('status')]).toEqual([
      true,
      false,
    ]);
  });

  it('remembers which kind was backfilled', () => {
    const position = after('1');
    position.setBackfilled('status');
    expect([position.isBackfilled('status'), position.isBackfilled('notification')]).toEqual([
      true,
      false,
    ]);
  });

  describe('a gap', () => {
    it('ends at the first live event that follows', () => {
      const position = after('3');
      position.openGap('status', undefined);
      expect(position.gaps()).toEqual({ status: [{ after: '3', before: undefined }] });
      position.accept(post('7'));
      position.accept(post('8'));
      expect(position.gaps()).toEqual({ status: [{ after: '3', before: '7' }] });
    });

    it('keeps the cursor below it until it is filled', () => {
      const position = after('3');
      position.openGap('status', '7');
      position.accept(post('7'));
      expect(position.cursor).toEqual({ status: '3' });
      position.narrowGap('status', '5');
      expect(position.cursor).toEqual({ status: '5' });
      position.narrowGap('status', undefined);
      expect(position.cursor).toEqual({ status: '7' });
      expect(position.gaps()).toBeUndefined();
    });

    it('does not exist if no event has followed: the cursor stays there', () => {
      const position = after('3');
      position.openGap('status', undefined);
      expect(position.gapsOf('status')).toEqual([]);
      expect(position.newest('status')).toBe('3');
    });

    it('is one of at most 8: a ninth replaces the oldest', () => {
      const position = new TimelinePosition();
      for (let id = 10; id < 30; id += 2) {
        position.accept(post(String(id)));
        position.openGap('status', String(id + 1));
      }
      expect(position.gapsOf('status')).toHaveLength(8);
      expect(position.gapsOf('status')[0]).toEqual({ after: '14', before: '15' });
    });
  });

  it('does not request skipped items again', () => {
    const position = after('1', '2', '3');
    position.skip('status');
    expect(position.overlapStart('status')).toBe('3');
    position.accept(post('90'));
    expect(position.overlapStart('status')).toBe('90');
  });
});
