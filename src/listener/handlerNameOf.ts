/** Returns the name of the method that handles an event. */

/** The handler of an event, as a type: `HandlerNameOf<'status.update'>` is `'onStatusUpdate'`. */
export type HandlerNameOf<Name extends string> = `on${Pascal<Name>}`;

type Pascal<Name extends string> = Name extends `${infer Head}.${infer Tail}`
  ? `${Pascal<Head>}${Pascal<Tail>}`
  : Name extends `${infer Head}_${infer Tail}`
    ? `${Pascal<Head>}${Pascal<Tail>}`
    : Name extends `${infer Head}:${infer Tail}`
      ? `${Pascal<Head>}${Pascal<Tail>}`
      : Name extends `${infer Head}-${infer Tail}`
        ? `${Pascal<Head>}${Pascal<Tail>}`
        : Capitalize<Name>;

/**
 * Returns the name of the method that handles an event: `on` and the event's name in PascalCase, split
 * at `.`, `_`, `:` and `-`.
 *
 * ```ts
 * handlerNameOf('status.update'); // 'onStatusUpdate'
 * handlerNameOf('emoji_reaction'); // 'onEmojiReaction'
 * ```
 *
 * Throws nothing, whatever the name.
 */
export function handlerNameOf<Name extends string>(eventName: Name): HandlerNameOf<Name> {
  const words = eventName.split(/[._:-]/);
  return `on${words.map(capitalize).join('')}` as HandlerNameOf<Name>;
}

const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
