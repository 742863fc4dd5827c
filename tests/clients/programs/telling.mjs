// Where to ask, with what, and how to say what came of it.
import process from "node:process";

export const { GROUNDWORK_URL: url, GROUNDWORK_TOKEN: token } = process.env;

export function tell(found) {
  process.stdout.write(JSON.stringify(found));
}

export async function all(stream) {
  const told = [];
  for await (const event of await stream) told.push(event);
  return told;
}

export async function failure(call) {
  try {
    await call();
  } catch (error) {
    return { class: error.constructor.name, status: error.status, body: error.error };
  }
  return { class: null };
}
