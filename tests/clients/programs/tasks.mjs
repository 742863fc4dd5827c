// Task runs and a task group by the npm package parallel-web.
import Parallel from "parallel-web";
import { all, failure, tell, token, url } from "./telling.mjs";

const client = new Parallel({ apiKey: token, baseURL: url, maxRetries: 0 });
const capital = {
  type: "object",
  properties: { capital: { type: "string", description: "The capital city" } },
  required: ["capital"],
  additionalProperties: false,
};
const spec = { output_schema: { type: "json", json_schema: capital } };

const created = await client.taskRun.create({ input: "Kenya", processor: "lite", task_spec: spec });
const result = await client.taskRun.result(created.run_id, { timeout: 25 });

const group = await client.taskGroup.create({ metadata: { batch: "spring" } });
const added = await client.taskGroup.addRuns(group.taskgroup_id, {
  default_task_spec: spec,
  inputs: ["France", "Japan"].map((input) => ({ input, processor: "lite" })),
});
const followed = await all(client.taskGroup.events(group.taskgroup_id));

tell({
  created,
  result,
  input: await client.taskRun.retrieveInput(created.run_id),
  events: await all(client.taskRun.events(created.run_id)),
  added,
  followed,
  listed: await all(client.taskGroup.getRuns(group.taskgroup_id, { include_output: true })),
  ended: await client.taskGroup.retrieve(group.taskgroup_id),
  errors: {
    401: await failure(() => new Parallel({ apiKey: "gw_nobody", baseURL: url }).taskGroup.create({})),
    403: await failure(() => client.taskRun.create({ input: "Kenya", processor: "turbo" })),
    404: await failure(() => client.taskRun.retrieve(`trun_${"0".repeat(32)}`)),
    422: await failure(() => client.taskRun.create({ input: 17, processor: "lite" })),
  },
});
