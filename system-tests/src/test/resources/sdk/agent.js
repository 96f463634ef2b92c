// Clients of the published JavaScript SDK, led by lines of JSON on stdin: one command a line. What happens to them, and the
// answers to what they ask, go out the same way.
'use strict';

const { EventSource } = require('eventsource');
const WebSocket = require('ws');

const SDKS = { json: require('centrifuge'), protobuf: require('centrifuge/build/protobuf') };
const clients = new Map();

function say(line) {
  process.stdout.write(JSON.stringify(line) + '\n');
}

// A refusal has the protocol's code; anything else that goes wrong is told as it is.
function problem(error) {
  return { error: { code: error.code ?? -1, message: error.message ?? String(error) } };
}

class Client {
  constructor(number, { codec, transports, emulation, tokens }) {
    const { Centrifuge, UnauthorizedError } = SDKS[codec];
    this.number = number;
    this.binary = codec === 'protobuf';
    this.sdk = new Centrifuge(transports, {
      emulationEndpoint: emulation,
      websocket: WebSocket,
      eventsource: EventSource,
      minReconnectDelay: 50,
      maxReconnectDelay: 500,
      token: tokens.shift() ?? '',
      getToken: tokens.length === 0 ? null : async () => {
        this.tell('token');
        if (tokens.length === 0) {
          throw new UnauthorizedError('no more tokens');
        }
        return tokens.shift();
      },
    });
    for (const event of ['connecting', 'connected', 'disconnected', 'error']) {
      this.sdk.on(event, (context) => this.tell(event, context));
    }
  }

  tell(event, context = {}) {
    say({ ...context, client: this.number, event });
  }

  encode(value) {
    return this.binary ? new TextEncoder().encode(JSON.stringify(value)) : value;
  }

  decode(data) {
    return this.binary ? JSON.parse(new TextDecoder().decode(data)) : data;
  }

  decoded(publication) {
    return { ...publication, data: this.decode(publication.data) };
  }

  subscription(channel, { since, delta }) {
    const known = this.sdk.getSubscription(channel);
    if (known) {
      return known;
    }
    const options = { recoverable: true, positioned: true, minResubscribeDelay: 50, maxResubscribeDelay: 500 };
    const made = this.sdk.newSubscription(channel, { ...options, ...(since && { since }), ...(delta && { delta }) });
    for (const event of ['subscribing', 'subscribed', 'unsubscribed', 'error']) {
      const name = event === 'error' ? 'subscriptionError' : event;
      made.on(event, (context) => this.tell(name, { ...context, data: undefined }));
    }
    made.on('publication', (publication) => this.tell('publication', this.decoded(publication)));
    return made;
  }

  connect() {
    this.sdk.connect();
  }

  disconnect() {
    this.sdk.disconnect();
  }

  subscribe({ channel, options }) {
    this.subscription(channel, options).subscribe();
  }

  unsubscribe({ channel }) {
    this.sdk.getSubscription(channel).unsubscribe();
  }

  publish({ channel, data }) {
    return this.sdk.publish(channel, this.encode(data));
  }

  async history({ channel, query }) {
    const page = await this.sdk.history(channel, query);
    return { ...page, publications: page.publications.map((each) => this.decoded(each)) };
  }
}

async function obey(command) {
  const { id, client, action, ...rest } = command;
  try {
    if (action === 'open') {
      clients.set(client, new Client(client, rest));
      say({ client, answer: id, result: {} });
    } else {
      const result = await clients.get(client)[action](rest);
      say({ client, answer: id, result: result ?? {} });
    }
  } catch (error) {
    say({ client, answer: id, result: problem(error) });
  }
}

require('readline')
  .createInterface({ input: process.stdin })
  .on('line', (line) => obey(JSON.parse(line)))
  .on('close', () => process.exit(0));
