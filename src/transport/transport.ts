/** What a way to a stream is, whichever it is. */
import type { Observable } from 'rxjs';
import type { Channel } from '../connect/channels.ts';
import type { ResolvedStreamConfig } from '../config/config.ts';
import type { Meter } from './meter.ts';
import type { Opened } from '../connect/openEventStream.ts';
import type { StreamItem } from './sse/parseEventStream.ts';

/** A way to a stream: emits once it is open; what it consists of is for one subscriber, who comes at once. */
export type Transport = (channel: Channel, config: ResolvedStreamConfig) => Observable<OpenStream>;

export interface OpenStream extends Pick<Opened, 'warnings'> {
  readonly meter?: Meter;
  readonly items: Observable<StreamItem>;
}
