/** The text of `--help`. */
export const helpOf = (program: string): string => `A live timeline of Mastodon in the terminal.

  ${program} [TIMELINE] [OPTIONS]

Timelines
  user                    home posts and notifications (the default)
  notifications           notifications alone
  public                  all public posts: --local, --remote, --media narrow them
  local, remote           short for public --local, public --remote
  hashtag TAG             posts with a hashtag, which is given without the #: --local
  list ID                 posts of a list
  direct                  direct conversations
  Mastodon's own names work, too: user:notification, public:local:media, hashtag:local.

Options
  --json                  print one JSON event a line
  --count N               end after N events of the server
  --last N                show the last N posts, and notifications, first (0; the demo: 3)
  --no-reconnect          end when the connection is lost, with status 1
  --transport NAME        auto (SSE, or WebSocket if the server has no SSE), sse or websocket
  --replay FILE           read a recorded response in place of a server
  --seed N, --speed X     the demo's sequence of events, and its speed
  -h, --help              print this
  -v, --version           print the version

Environment
  MASTODON_URL            the server, e.g. https://mastodon.social; without it: the built-in demo
  MASTODON_TOKEN          an access token of yours on it, with the scope read
  NO_COLOR, FORCE_COLOR   without colours; with colours even in a pipe
  HTTPS_PROXY, NO_PROXY   a proxy for the connection

Ctrl-C ends it.
`;
