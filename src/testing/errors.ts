/** Lists the streaming server's refusals, word for word. */
import { STATUS_TEXTS } from './statusTexts.ts';
import { type Traits } from './version.ts';

export interface Refusal {
  readonly status: number;
  readonly error: string;
}

type Reason =
  | 'unknownChannel'
  | 'missingToken'
  | 'invalidToken'
  | 'missingScope'
  | 'missingTag'
  | 'missingList'
  | 'foreignList'
  | 'unexpected';

const UNEXPECTED: Refusal = { status: 500, error: 'An unexpected error occurred' };

const NEW: Readonly<Record<Reason, Refusal>> = {
  unknownChannel: { status: 400, error: 'Unknown channel requested' },
  missingToken: { status: 401, error: 'Missing access token' },
  invalidToken: { status: 401, error: 'Invalid access token' },
  missingScope: { status: 401, error: 'Access token does not have the required scopes' },
  missingTag: { status: 400, error: 'Missing tag name parameter' },
  missingList: { status: 400, error: 'Missing list name parameter' },
  foreignList: { status: 401, error: 'Not authorized to stream this list' },
  unexpected: UNEXPECTED,
};

/** Up to 4.3, any wrong parameter of a stream is `Not found`. */
const NOT_FOUND: Refusal = { status: 404, error: 'Not found' };

const OLD: Readonly<Record<Reason, Refusal>> = {
  unknownChannel: { status: 400, error: 'Error: Unknown channel requested' },
  missingToken: { status: 401, error: 'Error: Missing access token' },
  invalidToken: { status: 401, error: 'Error: Invalid access token' },
  missingScope: { status: 401, error: 'Error: Access token does not cover required scopes' },
  missingTag: NOT_FOUND,
  missingList: NOT_FOUND,
  foreignList: NOT_FOUND,
  unexpected: NOT_FOUND,
};

export const refusalsOf = ({ errors }: Traits): Readonly<Record<Reason, Refusal>> =>
  errors === 'old' ? OLD : NEW;

type WebSocketReason =
  'unknownStream' | 'missingScope' | 'missingTag' | 'missingList' | 'foreignList' | 'unexpected';

/** Over a WebSocket, refusals say which parameter is wrong. */
const NEW_OVER_WEBSOCKET: Readonly<Record<WebSocketReason, Refusal>> = {
  ...NEW,
  unknownStream: { status: 400, error: 'Unknown stream type' },
};

/** Up to 4.3, refusals over a WebSocket have the text of a JavaScript error, and no status. */
const OLD_OVER_WEBSOCKET: Readonly<Record<WebSocketReason, Refusal>> = {
  unknownStream: { status: 400, error: 'Unknown stream type' },
  missingScope: OLD.missingScope,
  missingTag: { status: 400, error: 'No tag for stream provided' },
  missingList: { status: 401, error: 'Not authorized to stream this list' },
  foreignList: { status: 401, error: 'Not authorized to stream this list' },
  unexpected: UNEXPECTED,
};

export const webSocketRefusalsOf = ({
  errors,
}: Traits): Readonly<Record<WebSocketReason, Refusal>> =>
  errors === 'old' ? OLD_OVER_WEBSOCKET : NEW_OVER_WEBSOCKET;

const WORDS: ReadonlyMap<number, string> = new Map([
  [400, NEW.unknownChannel.error],
  [401, NEW.invalidToken.error],
  [404, NOT_FOUND.error],
  [429, 'Too many requests'],
  [500, UNEXPECTED.error],
]);

/** Returns the message that a server sends with a status, if a test sets none. */
export const wordsOf = (status: number): string =>
  WORDS.get(status) ?? STATUS_TEXTS.get(status) ?? 'Unknown error';
