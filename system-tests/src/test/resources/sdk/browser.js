// A headless Chromium, led by lines of JSON: {id, client, action, ...} is answered with {answer, result}. A client is a page in a window of its own.
const fs = require('fs');
const path = require('path');
const { chromium } = require('playwright-core');

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const TIMEOUT = 30_000;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];
const pages = new Map();
let browser;

// The one that npm brings along with the libraries it needs, where it is made for this machine; else one of the machine's own.
async function executable() {
  if (process.platform === 'linux' && process.arch === 'x64') {
    const home = path.join(__dirname, 'chromium');
    process.env.TMPDIR = home;
    process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs20.x'; // has it unpack the libraries, too
    fs.mkdirSync(home, { recursive: true });
    const file = await require('@sparticuz/chromium').executablePath();
    const fonts = [path.join(home, 'fonts'), '/usr/share/fonts'].map((folder) => `<dir>${folder}</dir>`).join('');
    fs.writeFileSync(path.join(home, 'fonts', 'fonts.conf'), `<fontconfig>${fonts}<cachedir>${path.join(home, 'cache')}</cachedir></fontconfig>`);
    return file;
  }
  const files = process.env.PATH.split(path.delimiter).flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  return files.find((file) => fs.existsSync(file));
}

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const actions = {
  async launch() {
    const executablePath = await executable();
    browser = executablePath && (await chromium.launch({ executablePath, headless: true, args: FLAGS }));
    return browser?.version();
  },
  async open(number, { url, width, height, scheme }) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, deviceScaleFactor: 1, isMobile: width < 500, hasTouch: width < 500 });
    const page = await context.newPage();
    page.setDefaultTimeout(TIMEOUT);
    const problems = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && /Content Security|Refused/.test(message.text()) && problems.push(message.text()));
    pages.set(number, { page, problems });
    await page.goto(url);
  },
  async wait(number, { condition }) {
    // Asked from outside: inside, the pages' policy forbids to evaluate text.
    for (const end = Date.now() + TIMEOUT; !(await pages.get(number).page.evaluate(condition));) {
      if (Date.now() > end) {
        throw new Error(`not true within ${TIMEOUT} ms`);
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  },
  async evaluate(number, { expression }) {
    return pages.get(number).page.evaluate(expression);
  },
  async say(number, { text }) {
    const { page } = pages.get(number);
    await page.fill('#text', text);
    await page.click('#send:enabled');
  },
  async picture(number, { path, full }) {
    await pages.get(number).page.screenshot({ path, fullPage: full });
  },
  async problems(number) {
    return pages.get(number).problems;
  },
};

async function obey({ id, client, action, ...rest }) {
  try {
    say({ client, answer: id, result: { value: (await actions[action](client, rest)) ?? null } });
  } catch (error) {
    say({ client, answer: id, result: { problem: String(error) } });
  }
}

require('readline')
  .createInterface({ input: process.stdin })
  .on('line', (line) => obey(JSON.parse(line)))
  .on('close', async () => {
    await browser?.close();
    process.exit(0);
  });
