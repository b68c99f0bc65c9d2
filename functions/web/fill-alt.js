// Fills in the alternative texts that a page's pictures lack, from the look-up: 100 keys at a time, also for pictures that come later.
// An alt that is there stays as it is, also an empty one. Only alt, lang and data-alt-origin are set, so nothing moves. No text: no change.
//   <script defer src="/fill-alt.js" data-api="/v1/lookup" data-images="https://images.example.com/" data-lang="en"></script>
// data-token is sent as a bearer token; other data attributes (usage, lang, disclose, bucket) go into the request. See docs/outputs.md.
(() => {
  const page = document;
  const { api, images, token, ...use } = page.currentScript.dataset;
  const base = new URL(images, page.baseURI).href;
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  // answers by key; undefined while asked
  const known = new Map();
  const filled = new WeakSet();
  let timer;

  const keyOf = ({ src }) => {
    const [address] = src.split(/[?#]/);
    try {
      // a key of more than 1,024 bytes would make the whole request invalid
      return address.startsWith(base) && address.length < base.length + 1024 && decodeURIComponent(address.slice(base.length));
    } catch {}
  };

  const ask = async (keys) => {
    try {
      const body = JSON.stringify({ keys, usage: 'informative', ...use });
      const answer = await fetch(api, { method: 'POST', headers, body });
      for (const { key, alt } of (await answer.json()).results) known.set(key, alt);
      scan();
    } catch {}
  };

  const fill = (img, { alt, lang, origin }) => {
    img.alt = alt;
    if (lang) img.lang = lang;
    if (origin) img.dataset.altOrigin = origin;
    filled.add(img);
  };

  const scan = () => {
    timer = 0;
    const keys = [];
    for (const img of page.querySelectorAll('img:not([alt])')) {
      const key = keyOf(img);
      const answer = known.get(key);
      if (answer?.alt != null) fill(img, answer);
      else if (key && !known.has(key)) {
        known.set(key);
        keys.push(key);
      }
    }
    while (keys[0]) ask(keys.splice(0, 100));
  };

  new MutationObserver((changes) => {
    for (const { target } of changes) {
      // only its src can have changed: the same element shows another picture
      if (filled.delete(target)) {
        target.removeAttribute('alt');
        delete target.dataset.altOrigin;
      }
    }
    if (!timer) timer = setTimeout(scan, 50);
  }).observe(page, { subtree: true, childList: true, attributeFilter: ['src'] });
  scan();
})();
