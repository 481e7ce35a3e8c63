/** Resolves to what is wrong, or nothing. */
export async function send(url, body) {
  try {
    // All is well when the server sends us on to the post: we are there already
    const response = await fetch(url, { method: 'POST', body, redirect: 'manual' });
    if (response.type === 'opaqueredirect') return '';
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    return page.querySelector('.fault')?.textContent || 'That went wrong. Please try again.';
  } catch {
    return 'The server can’t be reached. Nothing is lost: please try again in a moment.';
  }
}
