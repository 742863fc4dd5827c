# A question in words, an answer in words.
run=$(curl -s "$GROUNDWORK_URL/v1/tasks/runs" \
  -H "x-api-key: $PARALLEL_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "input": "United Nations",
    "processor": "base",
    "task_spec": {"output_schema": "The founding date of the organisation in the format MM-YYYY"}
  }')
id=$(jq -r .run_id <<<"$run")
curl -s "$GROUNDWORK_URL/v1/tasks/runs/$id/result" -H "x-api-key: $PARALLEL_API_KEY" | jq .
