// Speaking to the server from a place where the network comes and goes.

// post answers {state: "ok", data} or what kept the server from answering:
// "refused" with its data, "signed-out", "later" when it asks to wait, and
// "silent" when nobody knows whether it heard.
export async function post(url, body, patience) {
  if (!navigator.onLine) return { state: "silent" };
  try {
    const answer = await fetch(url, {
      method: "POST", redirect: "manual", cache: "no-store",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body), signal: AbortSignal.timeout(patience),
    });
    return await understood(answer);
  } catch {
    return { state: "silent" };
  }
}

async function understood(answer) {
  if (answer.type === "opaqueredirect" || answer.status === 401) return { state: "signed-out" };
  if (answer.status === 429) return { state: "later", data: await answer.json().catch(() => ({})) };
  if (answer.status >= 500) return { state: "silent" };
  const data = await answer.json();
  return { state: answer.ok ? "ok" : "refused", status: answer.status, data };
}
