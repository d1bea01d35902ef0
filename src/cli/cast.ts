/** Declares the demo's people and their posts. All of it is invented. */
import {
  fakeAttachment,
  type FakeAccountPartial,
  type FakeNotificationPartial,
  type FakeStatus,
  type FakeStatusPartial,
} from '../testing/index.ts';
import type { Poll } from '../model/entities/media.ts';
import type { Quote } from '../model/entities/status.ts';

const MIRA = { acct: 'mira', display_name: 'Mira Okafor' };
const THEO = { acct: 'theo', display_name: 'Théo Lambert' };
const GAUGE = { acct: 'gauge', display_name: 'Harbour gauge', bot: true };
const JUN = { acct: 'jun@umi.example', display_name: '渡辺 潤' };
const LOTTE = { acct: 'lotte@hafen.example', display_name: 'Lotte Brandt 🥨' };
const SOFIA = { acct: 'sofia@plaza.example', display_name: 'Sofía Ibarra' };
const NOOR = { acct: 'noor@bustan.example', display_name: 'نور حداد' };
const ALICE = { acct: 'alice', display_name: 'Alice' };

/** Returns the last post of an account in this demo, if there is one. */
export type LastPostOf = (acct: string) => FakeStatus | undefined;

/** The posts in their order; some reply to earlier ones. */
export const POSTS: readonly ((lastPostOf: LastPostOf) => FakeStatusPartial)[] = [
  () => ({
    account: MIRA,
    ...html(
      'A timeline as an Observable: retry() for the connection, map() for the path, and unsubscribe when you have had enough. #rxjs #typescript',
    ),
  }),
  () => ({
    account: JUN,
    language: 'ja',
    ...html('港の朝。夜のうちに漁に出ていた船が、霧の中からひとつずつ帰ってきた。#写真 #海'),
    media_attachments: [fakeAttachment({ description: '霧の港に並ぶ小さな漁船と、防波堤の灯台' })],
  }),
  () => ({
    account: LOTTE,
    language: 'de',
    ...html('Zimtschnecken, frisch aus dem Ofen. Wer zuerst kommt, bekommt die aus der Mitte.'),
    media_attachments: [fakeAttachment({ description: 'Ein Blech mit zwölf Zimtschnecken' })],
  }),
  (lastPostOf) => ({
    account: MIRA,
    ...html('@lotte@hafen.example keep one for me, I am there in ten minutes!'),
    ...replyTo(lastPostOf(LOTTE.acct)),
  }),
  () => ({
    account: THEO,
    language: 'fr',
    spoiler_text: 'La fin de la série',
    ...html('C’était donc le jardinier depuis le début.\nJe ne m’en remets pas.'),
  }),
  (lastPostOf) => ({
    account: THEO,
    content: '',
    reblog: lastPostOf(JUN.acct) ?? { account: JUN, ...html('海が静かだ。') },
  }),
  () => ({
    account: SOFIA,
    language: 'es',
    ...html('Pregunta seria de un lunes cualquiera:'),
    poll: poll(['Café', 'Té', 'Las dos cosas a la vez'], [31, 17, 4]),
  }),
  () => ({
    account: GAUGE,
    ...html(
      'Harbour 11 °C, wind SW 4, visibility 2 km. High water at 18:42.\nNext reading in an hour. #weather',
    ),
    media_attachments: [
      fakeAttachment({ description: 'Water level of the last 24 hours, rising' }),
    ],
  }),
  () => ({
    account: JUN,
    language: 'ja',
    ...html('switchMap と exhaustMap の違いがやっと腑に落ちた気がする 🎉 #rxjs'),
  }),
  () => ({
    account: NOOR,
    language: 'ar',
    ...html('صباح الخير من البستان. أزهر اللوز اليوم قبل موعده بأسبوعين. #ربيع'),
  }),
  () => ({
    account: SOFIA,
    ...html(
      'Notes from last night’s talk on backpressure: https://plaza.example/notes/backpressure-without-tears?lang=en #rxjs',
    ),
  }),
  () => ({
    account: THEO,
    sensitive: true,
    ...html('Test de la nouvelle caméra au port.'),
    media_attachments: [fakeAttachment({ type: 'video', description: null })],
  }),
  () => ({
    account: LOTTE,
    language: 'de',
    visibility: 'private',
    ...html('Oma wird morgen neunzig. Wer mitsingen mag: um vier am Steg. 🎂'),
  }),
  (lastPostOf) => ({
    account: NOOR,
    ...html('This. I read it twice, and then out loud to the goats. 🐐'),
    quote: quote(lastPostOf(MIRA.acct)),
  }),
];

/** The notifications of alice, who watches the timeline. */
export const NOTIFICATIONS: readonly (() => FakeNotificationPartial)[] = [
  () => ({
    type: 'mention',
    account: MIRA,
    status: { account: MIRA, ...html('@alice is that your bicycle in front of the library?') },
  }),
  () => ({ type: 'favourite', account: JUN, status: myPost() }),
  () => ({ type: 'follow', account: NOOR }),
  () => ({ type: 'reblog', account: LOTTE, status: myPost() }),
  () => ({
    type: 'poll',
    account: SOFIA,
    status: {
      account: SOFIA,
      ...html('¿Playa o montaña?'),
      poll: { ...poll(['Playa', 'Montaña'], [12, 30]), expired: true, own_votes: [1] },
    },
  }),
  () => ({ type: 'follow_request', account: { ...THEO, locked: true } }),
];

interface Message {
  /** The conversation's id: there is one with each person. */
  readonly conversation: string;
  readonly account: FakeAccountPartial;
  readonly text: string;
}

/** The messages to alice. */
export const MESSAGES: readonly Message[] = [
  { conversation: '1', account: MIRA, text: '@alice I have your umbrella. Tea at five?' },
  { conversation: '2', account: LOTTE, text: '@alice Die Mitte ist für dich reserviert. 🤫' },
  { conversation: '1', account: MIRA, text: '@alice (The umbrella says hello.)' },
];

/** The announcements of the server's staff. */
export const ANNOUNCEMENT = html(
  'The harbour festival begins on Saturday: see you at the pier!',
).content;

/** The words that an author adds to their own post in an edit. */
export const AFTERTHOUGHTS = ['Edit: a typo.', 'Edit: thanks, I have seen your answers!'];

const myPost = (): FakeStatusPartial => ({
  account: ALICE,
  ...html('My first program with Observables runs. It even stops when I want it to.'),
});

const replyTo = (status: FakeStatus | undefined): FakeStatusPartial =>
  status
    ? {
        in_reply_to_id: status.id,
        in_reply_to_account_id: status.account.id,
        mentions: [{ ...status.account, url: status.account.url }],
      }
    : {};

const quote = (status: FakeStatus | undefined): Quote | null =>
  status ? { state: 'accepted', quoted_status: status } : null;

function poll(titles: readonly string[], votes: readonly number[]): Poll {
  const total = votes.reduce((sum, each) => sum + each, 0);
  return {
    id: '1',
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    expired: false,
    multiple: false,
    votes_count: total,
    voters_count: total,
    voted: false,
    own_votes: [],
    options: titles.map((title, index) => ({ title, votes_count: votes[index] ?? 0 })),
    emojis: [],
  };
}

interface Tag {
  readonly name: string;
  readonly url: string;
}

/** Returns a hashtag of the demo's server. */
export const tagOf = (name: string): Tag => ({
  name,
  url: `https://local.example/tags/${encodeURIComponent(name)}`,
});

/** Renders plain text as Mastodon does: its HTML, and its tags. */
export function html(text: string): { content: string; tags: Tag[] } {
  const tags: Tag[] = [];
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\n', '<br>');
  const linked = escaped.replace(
    /(https:\/\/)([^\s<]+)|#([\p{L}\p{N}_]+)|@([\w]+)(@[\w.]+\w)?/gu,
    (_, scheme?: string, path?: string, tag?: string, user?: string) => {
      if (scheme !== undefined && path !== undefined) {
        const [seen, hidden] = [path.slice(0, 28), path.slice(28)];
        return `<a href="${scheme}${path}" rel="nofollow noopener" target="_blank"><span class="invisible">${scheme}</span><span class="ellipsis">${seen}</span><span class="invisible">${hidden}</span></a>`;
      }
      if (tag !== undefined) {
        tags.push(tagOf(tag));
        return `<a href="${tagOf(tag).url}" class="mention hashtag" rel="tag">#<span>${tag}</span></a>`;
      }
      const name = user ?? '';
      return `<span class="h-card"><a href="https://local.example/@${name}" class="u-url mention">@<span>${name}</span></a></span>`;
    },
  );
  return { content: `<p>${linked}</p>`, tags };
}
