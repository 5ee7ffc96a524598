// Sending a body with progress, which only XMLHttpRequest reports.

/** How much of a body has been sent. */
export interface Progress {
  /** Bytes sent so far. */
  loaded: number;
  /** Bytes to send. */
  total: number;
}

/** What `fetch` and this take alike. */
export interface SendInit {
  method: string;
  headers: Record<string, string>;
  body: FormData | Blob | string | undefined;
  signal: AbortSignal;
}

/** As `fetch`, and calls back while the body is on its way. */
export function sendWithProgress(url: string, init: SendInit, onProgress: (progress: Progress) => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = (): void => request.abort();
    request.open(init.method, url);
    for (const [name, value] of Object.entries(init.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress({ loaded, total });
    request.onload = () => resolve(responseOf(request));
    request.onerror = () => reject(new TypeError('The connection failed.'));
    request.onabort = () => reject(init.signal.reason as Error);
    request.onloadend = () => init.signal.removeEventListener('abort', abort);
    init.signal.addEventListener('abort', abort, { once: true });
    if (init.signal.aborted) return reject(init.signal.reason as Error);
    request.send(init.body ?? null);
  });
}

function responseOf(request: XMLHttpRequest): Response {
  const lines = request.getAllResponseHeaders().trim().split(/\r?\n/).filter(Boolean);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const body = request.status === 204 ? null : request.responseText;
  return new Response(body, { status: request.status, headers });
}
