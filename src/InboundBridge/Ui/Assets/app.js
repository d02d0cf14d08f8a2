// Only improves pages that work without it: times that go on, keys, ids that copy themselves, "3 new".
'use strict';

const span = (seconds) => {
  const units = [[172800, 86400, 'd'], [3600, 3600, 'h'], [60, 60, 'min'], [1, 1, 's']];
  for (const [from, size, name] of units) {
    if (seconds >= from) return `${Math.floor(seconds / size)} ${name}`;
  }
  return '1 s';
};

const skew = (() => {
  const first = document.querySelector('html').dataset.now;
  return first ? Date.parse(first) - Date.now() : 0;
})();

const tick = () => {
  const now = Date.now() + skew;
  for (const time of document.querySelectorAll('time[datetime]')) {
    const seconds = (now - Date.parse(time.dateTime)) / 1000;
    const text = Math.abs(seconds) < 2 || (seconds > 0 && time.dataset.due !== undefined) ? 'now' : seconds > 0 ? `${span(seconds)} ago` : `in ${span(-seconds)}`;
    if (time.textContent !== text) time.textContent = text;
  }
};
setInterval(tick, 5000);

// Ids and commands copy themselves by a click.
for (const text of document.querySelectorAll('[data-copy]')) {
  text.title ||= 'Click to copy';
  text.addEventListener('click', async () => {
    if (String(getSelection()).length > 0) return;
    await navigator.clipboard?.writeText(text.title.length === 64 ? text.title : text.textContent);
    text.dataset.copied = '';
    setTimeout(() => delete text.dataset.copied, 1200);
  });
}

// One box selects all of a page.
const all = document.querySelector('[data-all]');
if (all) {
  const boxes = [...document.querySelectorAll('td.check input')];
  all.hidden = false;
  all.addEventListener('change', () => boxes.forEach((box) => { box.checked = all.checked; }));
  addEventListener('change', (event) => { if (event.target !== all) all.checked = boxes.every((box) => box.checked); });
}

// A problem of the rules leads to its place in their text.
for (const link of document.querySelectorAll('a[data-line]')) {
  link.addEventListener('click', (event) => {
    const editor = document.getElementById('rules');
    if (!editor) return;
    event.preventDefault();
    const lines = editor.value.split('\n');
    const start = lines.slice(0, link.dataset.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    editor.focus();
    editor.setSelectionRange(start, start + (lines[link.dataset.line - 1] ?? '').length);
    editor.scrollTop = (link.dataset.line - 4) * parseFloat(getComputedStyle(editor).lineHeight);
  });
}

// j and k move in the list, Enter opens, / goes to the filter, ? lists the keys.
const rows = [...document.querySelectorAll('table[data-keys] tbody tr:not(.written)')];
let at = -1;
const move = (step) => {
  if (rows.length === 0) return;
  rows[at]?.classList.remove('at');
  at = Math.min(rows.length - 1, Math.max(0, at + step));
  rows[at].classList.add('at');
  rows[at].scrollIntoView({ block: 'nearest' });
  rows[at].querySelector('a[href]')?.focus({ preventScroll: true });
};
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = /^(input|select|textarea)$/i.test(event.target.tagName) && event.target.type !== 'checkbox';
  if (event.key === 'Escape') {
    document.querySelector('dialog[open]')?.close();
    if (isTyping) event.target.blur();
  }
  if (isTyping) return;
  if (event.key === 'j') move(1);
  else if (event.key === 'k') move(-1);
  else if (event.key === '/') {
    const search = document.querySelector('[data-search]');
    if (!search) return;
    event.preventDefault();
    search.focus();
  } else if (event.key === '?') document.querySelector('dialog.help')?.showModal();
});

// Follows events while the page can be seen: a browser keeps six connections to a server, and a hidden page must not hold one of them.
const follow = (address, handlers, changed) => {
  let source = null;
  const close = (why) => {
    source?.close();
    source = null;
    changed(why);
  };
  const open = () => {
    source = new EventSource(address);
    for (const [kind, handle] of Object.entries(handlers)) source.addEventListener(kind, (message) => handle(JSON.parse(message.data)));
    // The appliance drops a page that does not keep up; the browser connects again.
    source.addEventListener('dropped', () => changed('gap'));
    source.onopen = () => changed('live');
    source.onerror = () => changed('not connected');
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? close('gap') : source || open()));
  addEventListener('pagehide', () => close('gap'));
  if (!document.hidden) open();
};

// How much came since the page was made.
const live = document.querySelector('[data-live]');
if (live && window.EventSource) {
  let count = 0;
  let isExact = true;
  const add = (more) => {
    count += more;
    live.hidden = false;
    const href = live.dataset.href || location.href;
    const textContent = isExact ? `${count} new` : count > 0 ? `${count} new, or more` : 'Look for new ones';
    live.replaceChildren(Object.assign(document.createElement('a'), { href, textContent }));
  };
  // On a busy appliance only the newest ones come, and a count of the others.
  // With a filter the server counts what the page would show: events do not tell the rule, the tags or the states.
  let asking = 0;
  const ask = (wait = 2000) => {
    asking ||= setTimeout(async () => {
      const answer = await fetch(live.dataset.count).catch(() => null);
      asking = 0;
      // A busy appliance counts for few pages at a time; those that it turned away come back one by one.
      if (answer?.status === 429) ask(2000 + Math.random() * 2000);
      if (!answer?.ok) return;
      const found = await answer.json();
      isExact = !found.more;
      count = found.count;
      if (count > 0) add(0);
    }, wait);
  };
  const more = live.dataset.count ? () => ask() : add;
  follow(`/ui/events?kind=${live.dataset.live}`, { [live.dataset.live]: () => more(1), missed: (event) => more(event.count) }, (state) => {
    if (live.dataset.count) {
      if (state === 'live') ask();
    } else if (state === 'gap') {
      isExact = false;
      add(0);
    }
  });
}

// The log: each event becomes a row on top of the table.
const log = document.querySelector('table[data-log]');
if (log && window.EventSource) {
  const most = 500;
  const pause = document.querySelector('[data-log-pause]');
  const state = document.querySelector('[data-log-state]');
  const good = new Set(['delivered', 'resumed', 'circuit_closed']);
  const bad = new Set(['dead', 'circuit_opened', 'refused']);
  let held = null;
  const cell = (row, kind, ...content) => {
    const td = Object.assign(document.createElement('td'), { className: kind });
    td.append(...content);
    row.append(td);
  };
  const first = (people) => (people?.[0] ?? 'nobody') + (people?.length > 1 ? ` +${people.length - 1}` : '');
  const place = (delivery) => delivery.destination || `${delivery.hold_reason ? 'held' : 'refused'}, no destination`;
  const answer = (delivery) => (delivery.last_reply ? `: ${delivery.last_reply}` : '');
  // As the server shows a line: no pile of marks, and what turns the direction of writing round is written out.
  const shown = (line) => line.replace(/(\p{M}{32})\p{M}+/gu, '$1').replace(/\u202d/g, '[U+202D]').replace(/\u202e/g, '[U+202E]');
  const show = (kind, event) => {
    const row = document.createElement('tr');
    const time = Object.assign(document.createElement('time'), { dateTime: event.at, title: event.at, textContent: 'now' });
    const tone = good.has(kind) ? 'good' : bad.has(kind) ? 'bad' : kind === 'retrying' || kind === 'paused' ? 'wait' : 'calm';
    const pill = Object.assign(document.createElement('span'), { className: `pill ${tone}`, textContent: kind.replace('_', ' ') });
    const id = event.message?.id ?? event.delivery?.message_id;
    const text = event.message
      ? `${event.message.sender || '<> (null sender)'} → ${first(event.message.recipients)}: ${event.message.subject || '(no subject)'}`
      : event.delivery ? `${place(event.delivery)} → ${first(event.delivery.recipients)}${answer(event.delivery)}`
        : `${event.destination ?? ''} ${event.reason ?? ''}`;
    const href = id ? `/ui/messages/${encodeURIComponent(id)}`
      : event.destination ? `/ui/destinations/${encodeURIComponent(event.destination)}` : null;
    const link = document.createElement(href ? 'a' : 'span');
    if (href) link.href = href;
    link.className = 'clip';
    link.textContent = shown(text);
    cell(row, 'time', time);
    cell(row, '', pill);
    cell(row, 'hostile', link);
    log.tBodies[0].prepend(row);
    while (log.tBodies[0].rows.length > most) log.tBodies[0].lastElementChild.remove();
    document.querySelector('.log + .empty')?.remove();
  };
  const kinds = [...document.querySelectorAll('select[name=kind] option')].map((option) => option.value).filter(Boolean);
  let missed = 0;
  const handlers = Object.fromEntries(kinds.map((kind) => [kind, (event) => {
    if (held) {
      held.push([kind, event]);
      if (held.length > most) held.shift();
      state.textContent = `paused, ${held.length} waiting`;
    } else show(kind, event);
  }]));
  handlers.missed = (event) => {
    missed += event.count;
    if (!held) state.textContent = `live, ${missed.toLocaleString('en')} events left out`;
  };
  // The stream knows kinds only: with another filter the page is read again, which finds what fits.
  const readAgain = async () => {
    if (held || document.hidden) return;
    const answer = await fetch(location.href).catch(() => null);
    if (answer?.redirected) location.reload();
    if (!answer?.ok || held) return void (held || (state.textContent = 'not connected'));
    const body = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('table[data-log] tbody');
    if (!body || held) return;
    log.tBodies[0].replaceWith(document.adoptNode(body));
    if (body.rows.length) document.querySelector('.log + .empty')?.remove();
    state.textContent = 'live';
  };
  if (log.dataset.logAgain !== undefined) setInterval(readAgain, 2000);
  else {
    follow(log.dataset.log ? `/ui/events?kind=${encodeURIComponent(log.dataset.log)}` : '/ui/events', handlers, (now) => {
      if (!held) state.textContent = now === 'gap' ? 'not live' : now;
    });
  }
  pause.hidden = false;
  pause.addEventListener('click', () => {
    if (held) {
      const waiting = held;
      held = null;
      for (const [kind, event] of waiting) show(kind, event);
      state.textContent = 'live';
    } else {
      held = [];
      state.textContent = 'paused';
    }
    pause.textContent = held ? 'Go on' : 'Pause';
  });
}
