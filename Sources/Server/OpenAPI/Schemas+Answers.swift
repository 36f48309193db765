extension OpenAPI {
    /// Schemas of what is answered, as JSON.
    static let answerSchemas = #"""
        {
          "DecisionMembers": {
            "type": "object", "required": ["decisionId", "source", "confidence", "latencyMs"],
            "properties": {
              "decisionId": {"type": "string", "format": "uuid"}, "source": {"enum": ["model", "ensemble", "heuristic"]},
              "model": {"$ref": "#/components/schemas/ModelReference"},
              "models": {
                "type": "array", "minItems": 2, "items": {"$ref": "#/components/schemas/ModelReference"},
                "description": "All versions that had a part, where those are several; the first is `model`."
              },
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
              "proven": {"type": "boolean", "description": "Whether held-out executions showed that it is enough. Of memory: that it fails on no more of them, but for one in fifty, than the largest value so far and a tenth more."},
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
            "oneOf": [{"required": ["schedule"]}, {"required": ["assignments", "deferred", "foundBy"]}],
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
              "foundBy": {"type": "string"},
              "deferred": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["id", "reason"],
                  "properties": {"id": {"type": "string"}, "reason": {"type": "string"}}
                }
              }
            }
          },
          "ExecutionsAnswer": {
            "type": "object", "required": ["accepted"], "properties": {"accepted": {"type": "integer", "minimum": 0}}
          },
          "Decision": {
            "allOf": [{"$ref": "#/components/schemas/DecisionMembers"}],
            "required": ["type", "at", "input", "output", "outcomesLearned"],
            "properties": {
              "type": {"enum": ["predict", "schedule", "capacity", "cost", "optimize", "bottlenecks", "suggestions", "apply", "follow-up"]},
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
                "description": "What moved the decision, the strongest first. Of a forecast, predictions[N].past.ID is one of the newest past executions that were left out of statistics, which learned anew from the newest of its type alone, and not of the network that may have had a say: predictions[N].past says from how many they learned, in which targets a version had a say of its own, and how many past executions were not tried within ten times the latency target. state says where what is explained is not what was decided. Of what to change about a workflow, the factors are bottlenecks and tasks.ID (other tasks that the end waits for), limits.NAME (what limits the run), the suggestions that were recommended or carried out, and those that were not; state says how many of them there was no time for. Of a cost, deadline, maxFailureRate and pools.NAME are what was asked for and the pools of the mix. Of a demand, series.NAME are parts of the series (lastHour, dayBefore, lastDay, weekBefore, hourN and dayN back from its end), left out of rules that learn in a moment; series says which, and how far they forecast as was answered.",
                "items": {
                  "type": "object", "required": ["name", "detail"],
                  "properties": {
                    "name": {"type": "string"}, "detail": {"type": "string"},
                    "effect": {
                      "type": "object",
                      "description": "By what it multiplied the medians of a forecast, the makespan of a plan, or what a run uses; of tasks that are ready, how many others it changed; of a demand, by what it multiplied the highest median and quantile 0.95, and how many nodes more are needed for it. Of a suggestion, beside all others that were chosen; of a deadline, a limit or a pool, over what is chosen without it.",
                      "properties": {
                        "cpu": {"type": "number"}, "memory": {"type": "number"}, "duration": {"type": "number"},
                        "makespan": {"type": "number"}, "cost": {"type": "number"}, "gigabyteHours": {"type": "number"},
                        "changed": {"type": "integer"}, "p50": {"type": "number"}, "p95": {"type": "number"},
                        "nodes": {"type": "integer"}
                      }
                    }
                  }
                }
              },
              "alternatives": {
                "type": "array",
                "items": {
                  "allOf": [{"$ref": "#/components/schemas/ScheduleAlternative"}],
                  "properties": {
                    "detail": {
                      "type": "string",
                      "description": "What else would be otherwise than decided, such as the suggestions that are carried out, or the nodes."
                    },
                    "keepsDeadline": {"type": "boolean"}, "keepsFailureRate": {"type": "boolean"}
                  }
                }
              },
              "demands": {
                "type": "array",
                "description": "What other rules forecast of a demand, for the moment of the highest quantile 0.95 of the answer.",
                "items": {
                  "type": "object", "required": ["name", "at", "p50", "p95"],
                  "properties": {
                    "name": {"type": "string"}, "at": {"type": "number"}, "p50": {"type": "number"},
                    "p95": {"type": "number"}, "needed": {"type": "integer"}
                  }
                }
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
              "reason": {"type": "string", "description": "Why a heuristic answers."},
              "problems": {
                "type": "array", "description": "Aliases whose versions do not serve; absent where all do.",
                "items": {
                  "type": "object", "required": ["name", "alias", "reason"],
                  "properties": {"name": {"type": "string"}, "alias": {"type": "string"}, "reason": {"type": "string"}}
                }
              }
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
