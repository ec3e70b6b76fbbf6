// A Bolt app for Node that the practice workspace must satisfy. It answers a command, a click, a
// form and a mention, and says "ready" on stdout once its socket is open.
// Environment: SLIPWAY_NODE_MODULES (where @slack/bolt is), API_URL.
'use strict';

const { createRequire } = require('node:module');
const path = require('node:path');

const modules = process.env.SLIPWAY_NODE_MODULES;
const { App, LogLevel } = createRequire(path.join(modules, 'x.js'))('@slack/bolt');

const app = new App({
  token: 'xoxb-practice',
  appToken: 'xapp-practice',
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: process.env.API_URL },
});

const plain = (text) => ({ type: 'plain_text', text });
const form = {
  type: 'modal',
  callback_id: 'form',
  title: plain('Start'),
  submit: plain('Send'),
  blocks: [
    {
      type: 'input',
      block_id: 'why',
      label: plain('Why?'),
      element: { type: 'plain_text_input', action_id: 'text' },
    },
  ],
};
const card = [
  { type: 'section', text: { type: 'mrkdwn', text: '*card*' } },
  {
    type: 'actions',
    elements: [{ type: 'button', action_id: 'go', text: plain('Go'), value: '1' }],
  },
];

app.command('/release', async ({ ack, respond, command, client }) => {
  await ack(`heard ${command.text}`);
  if (command.text === 'card') {
    await client.chat.postMessage({ channel: command.channel_id, text: 'card', blocks: card });
    await respond({ text: 'posted', response_type: 'ephemeral' });
  }
});
app.action('go', async ({ ack, body, client }) => {
  await client.views.open({ trigger_id: body.trigger_id, view: form });
  await ack();
  await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: 'pressed' });
});
app.view('form', async ({ ack, view }) => {
  const typed = view.state.values.why.text.value;
  if (typed === 'no') await ack({ response_action: 'errors', errors: { why: 'Say more.' } });
  else await ack();
});
app.event('app_mention', async ({ event, say }) => {
  await say({ text: 'noted', thread_ts: event.thread_ts ?? event.ts });
});
app.error(async (error) => {
  console.error(error);
});

app.start().then(
  () => console.log('ready'),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
