/** The people on the demo's server, and their posts. Everybody and everything is invented. */
import { fakeAttachment, fakeStatus, type FakeStatusPartial } from 'mastodon-rx/testing/memory';
import { avatarOf, CUP, harbourAt, TIDE } from './pictures.ts';

const person = (acct: string, display_name: string, hue: number) => {
  const avatar = avatarOf(display_name, hue);
  return { acct, display_name, avatar, avatar_static: avatar };
};

/** The account whose timelines are shown. */
export const ALICE = person('alice', 'Alice', 230);

export const MIRA = person('mira', 'Mira Okafor', 262);
export const THEO = person('theo', 'Théo Lambert', 18);
export const IRIA = person('iria@doca.example', 'Iria Nunes', 200);
export const LOTTE = person('lotte@hafen.example', 'Lotte Brandt', 335);
export const NOOR = person('noor@bustan.example', 'نور حداد', 130);
export const SOFIA = person('sofia@plaza.example', 'Sofía Ibarra', 45);

const tag = (name: string): string =>
  `<a href="https://local.example/tags/${name}" class="mention hashtag" rel="tag">#<span>${name}</span></a>`;

const CUPS = [{ shortcode: 'cup', url: CUP, static_url: CUP, visible_in_picker: true }];

const picture = (hour: number, description: string) => {
  const url = harbourAt(hour);
  return fakeAttachment({ url, preview_url: url, description });
};

/** The live posts, one after the other, again and again. */
export const POSTS: readonly FakeStatusPartial[] = [
  {
    account: MIRA,
    content: `<p>A timeline is an Observable. It took me a year to see how much follows from that sentence. ${tag('rxjs')} ${tag('angular')}</p>`,
    tags: [{ name: 'rxjs' }, { name: 'angular' }],
    favourites_count: 41,
    reblogs_count: 12,
    replies_count: 3,
  },
  {
    account: IRIA,
    language: 'pt',
    content: '<p>Manhã no porto. Os barcos que saíram à noite voltam um a um da neblina.</p>',
    media_attachments: [
      picture(7, 'O porto de manhã: três veleiros em água calma, e o sol baixo sobre os montes'),
    ],
    favourites_count: 118,
    reblogs_count: 27,
  },
  {
    account: THEO,
    language: 'fr',
    spoiler_text: 'La fin de la série',
    content: '<p>C’était donc le jardinier depuis le début. Je ne m’en remets pas.</p>',
    replies_count: 9,
  },
  {
    account: SOFIA,
    language: 'es',
    content: '<p>Pregunta seria de un lunes cualquiera: ¿qué se bebe mientras compila? :cup:</p>',
    emojis: CUPS,
    poll: {
      id: '1',
      expires_at: null,
      expired: false,
      multiple: false,
      votes_count: 52,
      voters_count: 52,
      options: [
        { title: 'Café', votes_count: 31 },
        { title: 'Té', votes_count: 17 },
        { title: 'Las dos cosas a la vez', votes_count: 4 },
      ],
      emojis: [],
    },
  },
  {
    account: NOOR,
    language: 'ar',
    content: '<p>صباح الخير من البستان. أزهر اللوز اليوم قبل موعده بأسبوعين.</p>',
    favourites_count: 23,
  },
  {
    account: LOTTE,
    language: 'de',
    content:
      '<p>Zimtschnecken, frisch aus dem Ofen. Wer zuerst kommt, bekommt die aus der Mitte.</p>',
    favourites_count: 64,
    replies_count: 15,
  },
  {
    account: THEO,
    content: '',
    reblog: {
      account: LOTTE,
      language: 'de',
      content: '<p>Abends am Steg. Das Wasser ist wärmer als die Luft.</p>',
      media_attachments: [
        picture(20, 'Der Hafen in der Abendsonne: drei Segelboote vor dunklen Hügeln'),
      ],
      favourites_count: 87,
      reblogs_count: 19,
    },
  },
  {
    account: SOFIA,
    content:
      '<p>Notes from last night’s talk: <a href="https://plaza.example/notes/backpressure-without-tears"><span class="invisible">https://</span><span class="ellipsis">plaza.example/notes/backpressu</span><span class="invisible">re-without-tears</span></a></p>',
    card: {
      url: 'https://plaza.example/notes/backpressure-without-tears',
      title: 'Backpressure without tears',
      description:
        'Three ways to lose events on purpose, and how to tell which of them your readers will forgive.',
      type: 'link',
      provider_name: 'La Plaza',
      image: TIDE,
    },
    reblogs_count: 6,
    favourites_count: 20,
  },
  {
    account: { ...MIRA, emojis: CUPS },
    content: '<p>This, and nothing else, is what a Monday is for.</p>',
    quote: {
      state: 'accepted',
      quoted_status: fakeStatus({
        account: LOTTE,
        language: 'de',
        content: '<p>Zimtschnecken, frisch aus dem Ofen. Wer zuerst kommt …</p>',
      }),
    },
    favourites_count: 9,
  },
];

/** Alice's filter of this title, which has this effect on a post. */
const filteredBy = (title: string, filter_action: 'warn' | 'hide') => [
  {
    filter: { id: '1', title, context: ['home', 'public'], filter_action, expires_at: null },
    keyword_matches: [title.toLowerCase()],
    status_matches: null,
  },
];

const said = (account: ReturnType<typeof person>, language: string, text: string) => ({
  account,
  language,
  content: `<p>${text}</p>`,
});

/** The posts from before the visit, in addition to {@link POSTS}. */
export const OLDER_POSTS: readonly FakeStatusPartial[] = [
  said(MIRA, 'en', 'Reading about backpressure on a train that has plenty of it.'),
  said(LOTTE, 'de', 'Der erste Frost. Die Möwen beschweren sich schon den ganzen Vormittag.'),
  {
    ...said(THEO, 'fr', 'Épisode neuf : je ne dirai rien, mais quelle musique !'),
    filtered: filteredBy('Series', 'warn'),
    favourites_count: 4,
  },
  said(SOFIA, 'es', 'El tranvía de las siete huele a pan. Es la mejor línea de la ciudad.'),
  said(NOOR, 'ar', 'قطفنا اليوم أول سلة من الليمون.'),
  {
    ...said(IRIA, 'pt', 'Três cafés depois, o teste passa.'),
    favourites_count: 31,
    replies_count: 2,
  },
  {
    ...said(THEO, 'en', 'Win a phone! Everybody wins!'),
    filtered: filteredBy('Adverts', 'hide'),
  },
  said(
    MIRA,
    'en',
    'Whoever invented the undo button should have a statue, and a button to undo it.',
  ),
  said(LOTTE, 'de', 'Heute zwölf Brote gebacken und keins davon behalten.'),
  said(SOFIA, 'es', 'Recordatorio: el puerto cierra a las diez, la conversación no.'),
  said(IRIA, 'pt', 'Chove tanto que o farol parece um barco.'),
];
