// Fields that only some servers send: a custom codec on top of the library's.
import * as t from 'io-ts';
import { ofType, type StreamEvent } from 'mastodon-rx';
import { Status } from 'mastodon-rx/entities';
import { filter, map, pipe } from 'rxjs';

const Bubbled = t.intersection([Status, t.type({ bubble_timeline: t.boolean })], 'Bubbled');
type Bubbled = t.TypeOf<typeof Bubbled>;

/** The posts that have the field; the library keeps unknown fields, so that it is available here. */
export const inBubble = () =>
  pipe(
    ofType<StreamEvent, 'update'>('update'),
    map(({ payload }) => payload),
    filter((status): status is Bubbled => Bubbled.is(status)),
    filter(({ bubble_timeline: isIn }) => isIn),
  );
