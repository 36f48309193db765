-- Tasks of the embedded history of which no two are equal: nothing that was answered before is of use.
local asked = 0
function request()
    asked = asked + 1
    return wrk.format("POST", "/v1/predict", nil,
        '{"task": {"workflow": "corpus", "process": "sort", "inputBytes": ' .. 4000000 + asked .. ', "cores": 1}}')
end
