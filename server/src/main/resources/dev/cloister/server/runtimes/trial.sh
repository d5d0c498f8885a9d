#!/bin/bash
# Answers every event with itself, or fails if it is asked to.
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
    curl -sS -D /tmp/headers -o /tmp/event "$api/next"
    id=$(grep -i '^lambda-runtime-aws-request-id:' /tmp/headers | tr -d '\r' | cut -d' ' -f2)
    if grep -q '"op":"fail"' /tmp/event; then
        curl -sS -o /dev/null -d '{"errorMessage":"as asked","errorType":"Trial.Asked"}' "$api/$id/error"
    else
        curl -sS -o /dev/null --data-binary @/tmp/event "$api/$id/response"
    fi
done
