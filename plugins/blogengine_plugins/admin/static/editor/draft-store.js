// What was typed, kept by this browser: one entry for each post of this site.
//
// IndexedDB and not localStorage: that is written to disk some time later, and what was typed just
// before the browser was killed would be gone. Here a write is over when it is on the disk.

const NAME = "blogengine-editor";
const DRAFTS = "drafts";

let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(DRAFTS);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function work(mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(DRAFTS, mode, { durability: "strict" });
    const request = act(transaction.objectStore(DRAFTS));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

export const keep = (key, draft) => work("readwrite", (drafts) => drafts.put(draft, key));
export const find = (key) => work("readonly", (drafts) => drafts.get(key));
export const forget = (key) => work("readwrite", (drafts) => drafts.delete(key));
