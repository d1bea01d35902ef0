import { describe, expect, it } from 'vitest';
import { LiveBuffer, MAX_BUFFERED } from '../../../src/policies/catchUp/liveBuffer.ts';

const post = (id: string) => ({ type: 'update', payload: { id }, stream: ['user'] });
const note = (id: string) => ({ type: 'notification', payload: { id }, stream: ['user'] });
const deleted = { type: 'delete', payload: '1', stream: ['user'] };

const bufferOf = (...events: (typeof deleted | ReturnType<typeof post>)[]) => {
  const buffer = new LiveBuffer<(typeof events)[number]>();
  for (const event of events) buffer.push(event);
  return buffer;
};

describe('LiveBuffer', () => {
  it('takes out the events of a kind up to an id, and keeps the order of the others', () => {
    const buffer = bufferOf(post('9'), note('1'), post('10'), deleted, post('2'));
    expect(buffer.takeUpTo('status', '9')).toEqual([post('9'), post('2')]);
    expect(buffer.drain()).toEqual([note('1'), post('10'), deleted]);
    expect(buffer.drain()).toEqual([]);
  });

  it('returns the oldest id of a kind', () => {
    const buffer = bufferOf(post('10'), post('9'), note('1'));
    expect(buffer.oldest('status')).toBe('9');
    expect(buffer.oldest('conversation')).toBeUndefined();
  });

  it('has a position if one of its events has an id', () => {
    expect(bufferOf(deleted).hasPosition).toBe(false);
    expect(bufferOf(deleted, note('1')).hasPosition).toBe(true);
  });

  it('is full when it holds more than MAX_BUFFERED events', () => {
    const buffer = bufferOf();
    for (let count = 0; count < MAX_BUFFERED; count++) buffer.push(deleted);
    expect(buffer.isFull).toBe(false);
    buffer.push(deleted);
    expect(buffer.isFull).toBe(true);
  });
});
