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
          "ResourceUse": {
            "type": "object", "required": ["makespan", "cost", "coreHours", "gigabyteHours"],
            "properties": {
              "makespan": {"type": "number"}, "cost": {"type": "number"}, "coreHours": {"type": "number"},
              "gigabyteHours": {"type": "number"}
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
              "slackSeconds": {"type": "array", "items": {"type": "number"}},
              "structure": {"$ref": "#/components/schemas/Structure"},
              "limits": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["resource", "relaxedMakespan"],
                  "properties": {
                    "resource": {"type": "string"}, "boundSeconds": {"type": "number"},
                    "relaxedMakespan": {"type": "number"}
                  }
                }
              },
              "sensitivities": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["change", "subject", "makespan"],
                  "properties": {
                    "change": {"enum": ["faster", "replica", "node"]}, "subject": {"type": "string"},
                    "makespan": {"type": "number"}
                  }
                }
              }
            }
          },
          "Structure": {
            "type": "object",
            "required": [
              "nearCritical", "widths", "profile", "transferShare", "redundantEdges", "undecidedEdges", "chains",
              "fanIn", "fanOut"
            ],
            "properties": {
              "nearCritical": {"type": "array", "items": {"type": "string"}},
              "widths": {"type": "array", "items": {"type": "integer"}},
              "profile": {"type": "array", "items": {"type": "object"}},
              "transferShare": {"type": "number", "minimum": 0, "maximum": 1},
              "redundantEdges": {"type": "array", "items": {"type": "object"}},
              "undecidedEdges": {"type": "integer"}, "chains": {"type": "array", "items": {"type": "object"}},
              "fanIn": {"type": "array", "items": {"type": "object"}},
              "fanOut": {"type": "array", "items": {"type": "object"}}
            }
          },
          "Change": {
            "type": "object", "required": ["task"],
            "properties": {
              "task": {"type": "string"}, "cores": {"type": "number"}, "memoryBytes": {"type": "number"},
              "priority": {"type": "number"}, "addParent": {"type": "string"}, "removeParent": {"type": "string"},
              "chunks": {"type": "integer", "minimum": 2}, "alternative": {"type": "string"},
              "pool": {"type": "string"}, "skip": {"type": "boolean"},
              "mergeWith": {"type": "array", "items": {"type": "string"}},
              "togetherWith": {"type": "array", "items": {"type": "string"}}
            }
          },
          "Suggestions": {
            "type": "array",
            "items": {
              "type": "object",
              "required": ["id", "type", "tasks", "reason", "gainSeconds", "cost", "risk", "verified"],
              "properties": {
                "id": {"type": "string"}, "type": {
                  "enum": [
                    "right-size", "raise-priority", "add-edge", "split", "cluster", "remove-edge", "colocate",
                    "alternative", "move-pool", "start-early", "skip"
                  ]
                },
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
              "quality": {"type": "number"}, "diff": {"type": "array", "items": {"type": "string"}},
              "undo": {"type": "array", "items": {"type": "object"}},
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
              "type": {"enum": ["predict", "schedule", "capacity", "cost", "optimize", "bottlenecks", "suggestions", "apply"]},
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
