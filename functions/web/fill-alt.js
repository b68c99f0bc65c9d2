// Fills in the alternative texts that a page's pictures lack, from the look-up: 100 keys at a time, also for pictures that come later.
// An alt that is there stays as it is, also an empty one. Only alt, lang and data-alt-origin are set, so nothing moves. No text: no change.
//   <script defer src="/fill-alt.js" data-api="/v1/lookup" data-images="https://images.example.com/" data-lang="en"></script>
// data-token is sent as a bearer token; usage, lang, disclose and bucket go into the request. See docs/outputs.md.
(() => {
  const page = document;
  const script = page.currentScript;
  // a picture with this name would stand for it: DOM clobbering, https://html.spec.whatwg.org/#dom-document-nameditem
  if (script.tagName !== 'SCRIPT') return;
  const { api, images, token, ...use } = script.dataset;
  const base = new URL(images, page.baseURI).href;
  // answers by key; undefined while asked
  const known = new Map();
  // what was filled in, by element
  const filled = new WeakMap();
  let timer;

  const keyOf = ({ src }) => {
    const [address] = src.split(/[?#]/);
    const path = address.slice(base.length);
    try {
      // a key of more than 1,024 bytes would make the whole request invalid
      return address === base + path && !path[1024] && decodeURIComponent(path);
    } catch {}
  };

  const ask = async (keys) => {
    try {
      const answer = await fetch(api, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        // others write into the tag, too, and the look-up takes nothing else
        body: JSON.stringify({ usage: 'informative', ...use, keys }, ['keys', 'usage', 'lang', 'disclose', 'bucket']),
      });
      for (const { key, alt } of (await answer.json()).results) known.set(key, alt);
      scan();
    } catch {}
  };

  const fill = (img, { alt, lang, origin }) => {
    img.alt = alt;
    if (lang) img.lang = lang;
    if (origin) img.dataset.altOrigin = origin;
    filled.set(img, alt);
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
      // only its src can have changed: the same element shows another picture, maybe with an alt of the page's own
      if (filled.has(target)) {
        delete target.dataset.altOrigin;
        if (target.alt === filled.get(target)) target.removeAttribute('alt');
      }
    }
    if (!timer) timer = setTimeout(scan, 50);
  }).observe(page, { subtree: true, childList: true, attributeFilter: ['src'] });
  scan();
})();
