// Chat and responses by the npm package openai.
import OpenAI from "openai";
import { all, failure, tell, token, url } from "./telling.mjs";

const client = new OpenAI({ apiKey: token, baseURL: url, maxRetries: 0 });
const messages = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "What is the capital of Kenya?" },
];
const schema = {
  type: "object",
  properties: { capital: { type: "string", description: "The capital city" } },
  required: ["capital"],
  additionalProperties: false,
};
const ask = (model, more = {}) => client.chat.completions.create({ model, messages, ...more });
const bySchema = { type: "json_schema", json_schema: { name: "fact", schema, strict: true } };

async function helped(model) {
  const stream = client.chat.completions.stream({ model, messages });
  return (await stream.finalChatCompletion()).choices[0].message.content;
}

async function allWays(model) {
  return {
    answer: await ask(model),
    pieces: await all(ask(model, { stream: true })),
    helped: await helped(model),
    schema: JSON.parse((await ask(model, { response_format: bySchema })).choices[0].message.content),
  };
}

const responses = new OpenAI({ apiKey: token, baseURL: `${url}/v1`, maxRetries: 0 }).responses;
const asked = { model: "parallel", input: "What is the capital of Kenya?" };

tell({
  speed: await allWays("speed"),
  lite: await allWays("lite"),
  response: (await responses.create(asked)).output_text,
  events: (await all(responses.create({ ...asked, stream: true }))).map((event) => event.type),
  refused: await failure(() => ask("gpt-unknown")),
});
