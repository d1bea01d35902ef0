/** `npm start`: a fake Mastodon with a life of its own, and the app in front of it. */
import { spawn } from 'node:child_process';
import { startFakeMastodon } from 'mastodon-rx/testing';
import { furnish, lifeOn } from './demo/life.ts';

// What the button "Use the demo server" means (src/app/sign-in.ts).
const server = await startFakeMastodon({ port: 4100, token: 'demo' });
furnish(server);
const life = lifeOn(server).subscribe();

const app = spawn('ng', ['serve'], { stdio: 'inherit' });
console.log(`A fake Mastodon listens at ${server.url}; its token is ${server.token}.`);
app.on('exit', () => {
  life.unsubscribe();
  void server.close();
});
process.on('SIGINT', () => app.kill('SIGINT'));
process.on('SIGTERM', () => app.kill('SIGTERM'));
