// A codec for entities of the REST API. Shown in docs/02-events-and-entities.md.
import { Status } from 'mastodon-rx/entities';

const response = await fetch('https://mastodon.social/api/v1/timelines/public?limit=1');
const [json] = (await response.json()) as unknown[];
if (Status.is(json)) console.log(json.account.acct);
