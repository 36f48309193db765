extension OpenAPI {
    /// Schemas of questions about nodes, how many are needed and what they cost, and of their answers, as JSON.
    static let planningSchemas = #"""
        {
          "CapacityQuestion": {
            "type": "object", "required": ["series"], "additionalProperties": false,
            "properties": {
              "series": {
                "oneOf": [
                  {"type": "string", "description": "The name of a series of the history that the settings name."},
                  {
                    "type": "array", "minItems": 2, "maxItems": 20000,
                    "description": "Values at even moments. Of more than eight days those from the first midnight (UTC) on count.",
                    "items": {
                      "type": "object", "required": ["at", "value"], "additionalProperties": false,
                      "properties": {"at": {"type": "number"}, "value": {"type": ["number", "null"]}}
                    }
                  }
                ]
              },
              "horizonSeconds": {"type": "number", "exclusiveMinimum": 0},
              "cluster": {"$ref": "#/components/schemas/Cluster"},
              "unit": {"enum": ["cores", "bytes", "percent", "share"]},
              "headroom": {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
              "risk": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
            }
          },
          "CostQuestion": {
            "type": "object", "required": ["workflow", "cluster"], "additionalProperties": false,
            "description": "At least one node of the cluster has a price.",
            "properties": {
              "workflow": {"$ref": "#/components/schemas/WfFormat"}, "cluster": {"$ref": "#/components/schemas/Cluster"},
              "deadlineSeconds": {"type": "number", "exclusiveMinimum": 0, "description": "From the start; without it the cheapest counts, whatever it takes."},
              "maxFailureRate": {"type": "number", "minimum": 0, "default": 0.01, "description": "Failed attempts over tasks."},
              "deadlineProbability": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.9, "description": "With which the deadline is to be kept where durations are predicted."},
              "durations": {"enum": ["given", "predicted"]},
              "budgetMs": {"type": "number", "exclusiveMinimum": 0, "maximum": 3600000, "default": 2000},
              "iterations": {"type": "integer", "minimum": 1}, "seed": {"type": "integer", "minimum": 0}
            }
          },
          "CapacityAnswer": {
            "allOf": [{"$ref": "#/components/schemas/DecisionMembers"}], "required": ["forecast", "nodes"],
            "properties": {
              "forecast": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["at", "p05", "p50", "p95"],
                  "properties": {
                    "at": {"type": "number"}, "p05": {"type": "number"}, "p50": {"type": "number"},
                    "p95": {"type": "number"}
                  }
                }
              },
              "nodes": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["at", "needed", "riskOfShortage", "riskWithPresentNodes", "requestBy"],
                  "properties": {
                    "at": {"type": "number"}, "needed": {"type": "integer", "minimum": 0},
                    "riskOfShortage": {"type": "number", "minimum": 0, "maximum": 1},
                    "riskWithPresentNodes": {"type": "number", "minimum": 0, "maximum": 1},
                    "requestBy": {"type": "number"}
                  }
                }
              },
              "series": {"type": "string"}, "unit": {"type": "string"}, "intervalSeconds": {"type": "number"}
            }
          },
          "CostOutcome": {
            "type": "object",
            "required": [
              "policy", "allocation", "makespan", "cost", "coreHours", "gigabyteHours", "failureRate", "deadlineProbability"
            ],
            "properties": {
              "policy": {"type": "string"},
              "allocation": {"type": "string", "description": "What the requests of memory go by."},
              "makespan": {"type": "number"}, "cost": {"type": "number"}, "coreHours": {"type": "number"},
              "gigabyteHours": {"type": "number"},
              "failureRate": {"type": "number", "minimum": 0, "description": "Failed attempts over tasks."},
              "deadlineProbability": {"type": "number", "minimum": 0, "maximum": 1}
            }
          },
          "CostAnswer": {
            "allOf": [{"$ref": "#/components/schemas/DecisionMembers"}, {"$ref": "#/components/schemas/CostOutcome"}],
            "required": ["nodes", "saved", "savedShare", "tasks", "baseline", "lowerBound", "proven", "iterations", "samples", "front"],
            "properties": {
              "nodes": {
                "type": "array", "minItems": 1,
                "description": "In the order in which rules look at them.",
                "items": {
                  "type": "object", "required": ["pool", "count", "cores", "speed", "pricePerHour", "names"],
                  "properties": {
                    "pool": {"type": "string", "description": "The pool, else the first such node of the cluster."},
                    "count": {"type": "integer", "minimum": 1}, "cores": {"type": "number"},
                    "memoryBytes": {"type": "number"}, "speed": {"type": "number"}, "pricePerHour": {"type": "number"},
                    "names": {"type": "array", "items": {"type": "string"}}
                  }
                }
              },
              "saved": {"type": "number", "description": "The baseline's cost less this one, in the unit of the prices; negative where only more nodes keep the deadline."},
              "savedShare": {"type": "number"}, "deadlineSeconds": {"type": "number"},
              "tasks": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["id", "cores", "memoryBytes"],
                  "properties": {
                    "id": {"type": "string"}, "cores": {"type": "number"},
                    "memoryBytes": {"type": "number", "description": "Of the first attempt; one that needs more is tried again with the double."}
                  }
                }
              },
              "baseline": {
                "$ref": "#/components/schemas/CostOutcome",
                "description": "The same workflow first in, first out on the whole cluster as it is given, every task with the request that it states, else its recorded use rounded up to a power of two."
              },
              "lowerBound": {"type": "number", "description": "No mix costs less."},
              "proven": {"type": "boolean", "description": "Whether every mix was simulated that may be cheaper."},
              "iterations": {"type": "integer", "minimum": 1}, "samples": {"type": "integer", "minimum": 1},
              "front": {
                "type": "array", "description": "From the cheapest to the shortest that was tried.",
                "items": {
                  "allOf": [{"$ref": "#/components/schemas/CostOutcome"}], "required": ["nodes"],
                  "properties": {
                    "nodes": {
                      "type": "array",
                      "items": {
                        "type": "object", "required": ["pool", "count"],
                        "properties": {"pool": {"type": "string"}, "count": {"type": "integer"}}
                      }
                    }
                  }
                }
              }
            }
          }
        }
        """#
}
