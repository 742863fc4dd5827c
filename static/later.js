// Work that waits until it makes sense to do it.

/** Does `work` once it has not been asked for during `wait` ms; `flush()` does at once what still waits. */
export function later(wait, work) {
  let timer = 0;
  const now = () => {
    timer = 0;
    return work();
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(now, wait);
  };
  soon.flush = () => {
    if (!timer) return undefined;
    clearTimeout(timer);
    return now();
  };
  return soon;
}

/** Does `work` at most every `wait` ms and never twice at a time, however often it is asked for. */
export function calmly(wait, work) {
  let asked = false;
  let busy = false;
  const go = async () => {
    busy = true;
    while (asked) {
      await new Promise((done) => setTimeout(done, wait));
      asked = false;
      await work();
    }
    busy = false;
  };
  return () => {
    asked = true;
    if (!busy) go();
  };
}
