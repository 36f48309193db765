-- One task of the embedded history, asked again and again.
wrk.method = "POST"
wrk.path = "/v1/predict"
wrk.body = '{"task": {"workflow": "corpus", "process": "sort", "inputBytes": 4000000, "cores": 1}}'
