# A name, answered by a schema.
run=$(curl -s "$GROUNDWORK_URL/v1/tasks/runs" \
  -H "x-api-key: $PARALLEL_API_KEY" \
  -H "Content-Type: application/json" \
  -d @- <<'BODY'
{
  "input": "United Nations",
  "processor": "core",
  "task_spec": {
    "output_schema": {
      "type": "json",
      "json_schema": {
        "type": "object",
        "properties": {
          "founding_date": {"type": "string", "description": "When it was officially founded, in the format MM-YYYY"},
          "employee_count": {
            "type": "string",
            "enum": [
              "1-10 employees", "11-50 employees", "51-200 employees", "201-500 employees",
              "501-1000 employees", "1001-5000 employees", "5001-10000 employees", "10001+ employees"
            ],
            "description": "How many people work there: the narrowest range that fits."
          },
          "funding_sources": {"type": "string", "description": "Where its funding comes from, in 1-4 sentences."}
        },
        "required": ["founding_date", "employee_count", "funding_sources"],
        "additionalProperties": false
      }
    }
  }
}
BODY
)
id=$(jq -r .run_id <<<"$run")
curl -s "$GROUNDWORK_URL/v1/tasks/runs/$id/result" -H "x-api-key: $PARALLEL_API_KEY" | jq .
