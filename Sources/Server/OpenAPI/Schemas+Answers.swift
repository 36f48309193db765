extension OpenAPI {
    /// Schemas of what is answered, as JSON.
    static let answerSchemas = #"""
        {
          "DecisionMembers": {
            "type": "object", "required": ["decisionId", "source", "confidence", "latencyMs"],
            "properties": {
              "decisionId": {"type": "string", "format": "uuid"}, "source": {"enum": ["model", "ensemble", "heuristic"]},
              "model": {"$ref": "#/components/schemas/ModelReference"},
              "reason": {"type": "string", "description": "Why a heuristic answered instead."},
              "confidence": {"type": "number", "minimum": 0, "maximum": 1}, "latencyMs": {"type": "number", "minimum": 0}
            }
          },
          "ModelReference": {
            "type": "object", "required": ["name", "version", "digest"],
            "properties": {
              "name": {"type": "string"}, "version": {"type": "integer"}, "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"}
            }
          },
          "Quantity": {
            "type": "object", "required": ["unit", "p05", "p50", "p95", "allocation", "reason"],
            "properties": {
              "unit": {"enum": ["cores", "bytes", "seconds"]}, "p05": {"type": "number", "exclusiveMinimum": 0},
              "p50": {"type": "number", "exclusiveMinimum": 0}, "p95": {"type": "number", "exclusiveMinimum": 0},
              "allocation": {"type": "number", "exclusiveMinimum": 0}, "reason": {"type": "string"},
              "source": {"enum": ["model", "ensemble", "heuristic"]}, "sizing": {"$ref": "#/components/schemas/SizingBasis"}
            }
          },
          "SizingBasis": {
            "type": "object", "required": ["source", "margin", "samples", "proven"],
            "description": "What the allocation rests on.",
            "properties": {
              "source": {"enum": ["forecast", "type", "largest", "fallback"]},
              "percentile": {"type": "number", "minimum": 0, "maximum": 1},
              "margin": {"type": "number", "exclusiveMinimum": 0}, "samples": {"type": "integer", "minimum": 0},
              "proven": {"type": "boolean", "description": "Whether held-out executions showed that it is enough."},
              "cap": {"type": "number", "description": "The limit that it was cut to."},
              "floor": {"type": "number", "description": "The least that it was raised to."}
            }
          },
          "Prediction": {
            "type": "object", "required": ["cpu", "memory", "duration", "retry", "samples", "cold"],
            "properties": {
              "cpu": {"$ref": "#/components/schemas/Quantity"}, "memory": {"$ref": "#/components/schemas/Quantity"},
              "duration": {"$ref": "#/components/schemas/Quantity"},
              "retry": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["onFailure", "memoryBytes", "seconds"],
                  "properties": {
                    "onFailure": {"type": "string"}, "memoryBytes": {"type": "number"}, "seconds": {"type": "number"}
                  }
                }
              },
              "samples": {"type": "integer", "minimum": 0}, "cold": {"type": "boolean"}
            }
          },
          "PredictAnswer": {
            "allOf": [{"$ref": "#/components/schemas/DecisionMembers"}], "required": ["predictions"],
            "properties": {"predictions": {"type": "array", "items": {"$ref": "#/components/schemas/Prediction"}}}
          },
          "ScheduleAlternative": {
            "type": "object", "required": ["policy", "makespan"],
            "properties": {
              "policy": {"type": "string"}, "makespan": {"type": "number"}, "cost": {"type": "number"}
            }
          },
          "ScheduleAnswer": {
            "allOf": [{"$ref": "#/components/schemas/DecisionMembers"}],
            "oneOf": [{"required": ["schedule"]}, {"required": ["assignments", "deferred"]}],
            "properties": {
              "schedule": {
                "type": "object",
                "required": [
                  "policy", "foundBy", "makespan", "lowerBound", "gap", "decisionMs", "iterations", "alternatives", "tasks"
                ],
                "properties": {
                  "policy": {"type": "string"}, "foundBy": {"type": "string"}, "makespan": {"type": "number"},
                  "lowerBound": {"type": "number"}, "gap": {"type": "number"}, "decisionMs": {"type": "number"},
                  "iterations": {"type": "integer"},
                  "runnerUp": {"$ref": "#/components/schemas/ScheduleAlternative"},
                  "alternatives": {
                    "type": "array", "items": {"$ref": "#/components/schemas/ScheduleAlternative"}
                  },
                  "execution": {
                    "type": "object", "required": ["rule", "samples", "expectedMakespan"],
                    "properties": {
                      "rule": {"type": "string", "enum": ["kept", "dispatch", "ranked"]},
                      "samples": {"type": "integer"}, "expectedMakespan": {"type": "number"}
                    }
                  },
                  "tasks": {
                    "type": "array",
                    "items": {
                      "type": "object", "required": ["id", "node", "start", "end"],
                      "properties": {
                        "id": {"type": "string"}, "node": {"type": "string"}, "start": {"type": "number"},
                        "end": {"type": "number"}
                      }
                    }
                  }
                }
              },
              "assignments": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["id", "node", "priority"],
                  "properties": {"id": {"type": "string"}, "node": {"type": "string"}, "priority": {"type": "number"}}
                }
              },
              "deferred": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["id", "reason"],
                  "properties": {"id": {"type": "string"}, "reason": {"type": "string"}}
                }
              }
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
          "ResourceUse": {
            "type": "object", "required": ["makespan", "cost", "coreHours", "gigabyteHours"],
            "properties": {
              "makespan": {"type": "number"}, "cost": {"type": "number"}, "coreHours": {"type": "number"},
              "gigabyteHours": {"type": "number"}
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
          },
          "Bottlenecks": {
            "type": "array",
            "items": {
              "type": "object", "required": ["task", "probability", "delaySeconds", "resource", "reason"],
              "properties": {
                "task": {"type": "string"}, "probability": {"type": "number", "minimum": 0, "maximum": 1},
                "delaySeconds": {"type": "number"}, "resource": {"enum": ["time", "cores", "memory", "transfer"]},
                "reason": {"type": "string"}
              }
            }
          },
          "Analysis": {
            "type": "object",
            "required": ["criticalPath", "criticalPathSeconds", "meanParallelism", "parallelism", "slackSeconds"],
            "properties": {
              "criticalPath": {"type": "array", "items": {"type": "string"}}, "criticalPathSeconds": {"type": "number"},
              "meanParallelism": {"type": "number"},
              "parallelism": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["at", "tasks"],
                  "properties": {"at": {"type": "number"}, "tasks": {"type": "integer"}}
                }
              },
              "slackSeconds": {"type": "array", "items": {"type": "number"}}
            }
          },
          "Change": {
            "type": "object", "required": ["task"],
            "properties": {
              "task": {"type": "string"}, "cores": {"type": "number"}, "memoryBytes": {"type": "number"},
              "priority": {"type": "number"}
            }
          },
          "Suggestions": {
            "type": "array",
            "items": {
              "type": "object",
              "required": ["id", "type", "tasks", "reason", "gainSeconds", "cost", "risk", "verified"],
              "properties": {
                "id": {"type": "string"}, "type": {"enum": ["right-size", "raise-priority"]},
                "tasks": {"type": "array", "items": {"type": "string"}}, "reason": {"type": "string"},
                "gainSeconds": {
                  "type": "object", "required": ["p05", "p50", "p95"],
                  "properties": {"p05": {"type": "number"}, "p50": {"type": "number"}, "p95": {"type": "number"}}
                },
                "cost": {"type": "number"}, "risk": {"type": "number", "minimum": 0, "maximum": 1},
                "verified": {"type": "boolean"}, "changes": {"type": "array", "items": {"$ref": "#/components/schemas/Change"}}
              }
            }
          },
          "Outcome": {
            "type": "object", "required": ["pareto", "recommended", "before", "after"],
            "properties": {
              "pareto": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["suggestions", "makespan", "cost", "gigabyteHours", "quality"],
                  "properties": {
                    "suggestions": {"type": "array", "items": {"type": "string"}}, "makespan": {"type": "number"},
                    "cost": {"type": "number"}, "gigabyteHours": {"type": "number"}, "quality": {"type": "number"}
                  }
                }
              },
              "recommended": {"type": "array", "items": {"type": "string"}},
              "before": {"$ref": "#/components/schemas/ResourceUse"}, "after": {"$ref": "#/components/schemas/ResourceUse"}
            }
          },
          "BottlenecksAnswer": {
            "allOf": [{"$ref": "#/components/schemas/DecisionMembers"}], "required": ["bottlenecks", "analysis"],
            "properties": {
              "bottlenecks": {"$ref": "#/components/schemas/Bottlenecks"},
              "analysis": {"$ref": "#/components/schemas/Analysis"}
            }
          },
          "SuggestionsAnswer": {
            "allOf": [{"$ref": "#/components/schemas/DecisionMembers"}, {"$ref": "#/components/schemas/Outcome"}],
            "required": ["suggestions"], "properties": {"suggestions": {"$ref": "#/components/schemas/Suggestions"}}
          },
          "OptimizeAnswer": {
            "allOf": [{"$ref": "#/components/schemas/SuggestionsAnswer"}, {"$ref": "#/components/schemas/BottlenecksAnswer"}]
          },
          "ApplyAnswer": {
            "allOf": [{"$ref": "#/components/schemas/DecisionMembers"}],
            "required": ["workflow", "changes", "before", "after"],
            "properties": {
              "workflow": {"$ref": "#/components/schemas/WfFormat"},
              "changes": {"type": "array", "items": {"$ref": "#/components/schemas/Change"}},
              "before": {"$ref": "#/components/schemas/ResourceUse"}, "after": {"$ref": "#/components/schemas/ResourceUse"}
            }
          },
          "ExecutionsAnswer": {
            "type": "object", "required": ["accepted"], "properties": {"accepted": {"type": "integer", "minimum": 0}}
          },
          "Decision": {
            "allOf": [{"$ref": "#/components/schemas/DecisionMembers"}],
            "required": ["type", "at", "input", "output", "outcomesLearned"],
            "properties": {
              "type": {"enum": ["predict", "schedule", "optimize", "bottlenecks", "suggestions", "apply"]},
              "at": {"type": "number"}, "input": {"type": "object"}, "output": {"type": "object"},
              "seed": {"type": "integer"}, "iterations": {"type": "integer"}, "outcomesLearned": {"type": "integer"}
            }
          },
          "Explanation": {
            "type": "object", "required": ["decisionId", "type", "source", "summary", "factors", "alternatives"],
            "properties": {
              "decisionId": {"type": "string"}, "type": {"type": "string"}, "source": {"type": "string"},
              "summary": {"type": "string"},
              "factors": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["name", "detail"],
                  "properties": {
                    "name": {"type": "string"}, "detail": {"type": "string"},
                    "effect": {
                      "type": "object", "required": ["cpu", "memory", "duration"],
                      "properties": {
                        "cpu": {"type": "number"}, "memory": {"type": "number"}, "duration": {"type": "number"}
                      }
                    }
                  }
                }
              },
              "alternatives": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/ScheduleAlternative"}
              },
              "forecasts": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["name", "cpu", "memory", "duration"],
                  "properties": {
                    "name": {"type": "string"}, "cpu": {"type": "number"}, "memory": {"type": "number"},
                    "duration": {"type": "number"}
                  }
                }
              }
            }
          },
          "Models": {
            "type": "object", "required": ["models"],
            "properties": {
              "models": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["name", "version", "kind", "digest", "aliases", "created"],
                  "properties": {
                    "name": {"type": "string"}, "version": {"type": "integer"}, "kind": {"type": "string"},
                    "digest": {"type": "string"}, "problem": {"type": "string"}, "aliases": {"type": "array", "items": {"type": "string"}},
                    "created": {"type": "number"}
                  }
                }
              }
            }
          },
          "Aliases": {
            "type": "object", "required": ["name", "aliases"],
            "properties": {
              "name": {"type": "string"}, "aliases": {"type": "object", "additionalProperties": {"type": "integer"}}
            }
          },
          "Health": {
            "type": "object", "required": ["status"],
            "properties": {
              "status": {"enum": ["live", "ready"]}, "model": {"$ref": "#/components/schemas/ModelReference"},
              "reason": {"type": "string", "description": "Why a heuristic answers."}
            }
          },
          "Error": {
            "type": "object", "required": ["error"],
            "properties": {
              "error": {
                "type": "object", "required": ["code", "message"],
                "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "field": {"type": "string"}}
              }
            }
          },
          "OpenAPI": {"type": "object"}
        }
        """#
}
