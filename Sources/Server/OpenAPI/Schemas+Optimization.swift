extension OpenAPI {
    /// Schemas of what holds a workflow back, and of what to change about it, as JSON.
    static let optimizationSchemas = #"""
        {
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
              "type": "object",
              "required": ["task", "probability", "expectedDelaySeconds", "delaySeconds", "resource", "reason"],
              "properties": {
                "task": {"type": "string"}, "probability": {"type": "number", "minimum": 0, "maximum": 1},
                "expectedDelaySeconds": {"type": "number", "minimum": 0},
                "delaySeconds": {"type": "number"}, "resource": {"enum": ["time", "cores", "memory", "transfer"]},
                "reason": {"type": "string"}
              }
            }
          },
          "Analysis": {
            "type": "object",
            "required": [
              "policy", "evidence", "criticalPath", "criticalPathSeconds", "meanParallelism", "parallelism", "slackSeconds"
            ],
            "properties": {
              "policy": {
                "type": "string",
                "description": "The policy under which all runs were: the one that was asked for, or fifo where that took too long."
              },
              "evidence": {
                "type": "object", "required": ["runs"],
                "properties": {
                  "runs": {"type": "integer", "minimum": 1}, "model": {"type": "string"},
                  "modelRuns": {"type": "number", "minimum": 0}
                }
              },
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
          "Gain": {
            "type": "object", "required": ["p05", "p50", "p95"],
            "properties": {"p05": {"type": "number"}, "p50": {"type": "number"}, "p95": {"type": "number"}}
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
                "gainSeconds": {"$ref": "#/components/schemas/Gain"},
                "cost": {"type": "number"}, "risk": {"type": "number", "minimum": 0, "maximum": 1},
                "verified": {"type": "boolean"}, "weight": {"type": "number", "minimum": 0, "maximum": 1},
                "changes": {"type": "array", "items": {"$ref": "#/components/schemas/Change"}}
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
              "orderedBy": {"type": "string", "description": "the model that said which changes to simulate first"},
              "gainSeconds": {"$ref": "#/components/schemas/Gain"},
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
            "required": ["workflow", "changes", "before", "after", "followUp"],
            "properties": {
              "workflow": {"$ref": "#/components/schemas/WfFormat"},
              "followUp": {
                "type": "boolean",
                "description": "Whether reports of its tasks lead to a decision of the type follow-up: not where a branch may not be taken."
              },
              "changes": {"type": "array", "items": {"$ref": "#/components/schemas/Change"}},
              "quality": {"type": "number"}, "diff": {"type": "array", "items": {"type": "string"}},
              "undo": {"type": "array", "items": {"type": "object"}},
              "types": {"type": "array", "items": {"type": "string"}},
              "promisedSeconds": {"type": "object", "additionalProperties": {"type": "number"}},
              "before": {"$ref": "#/components/schemas/ResourceUse"}, "after": {"$ref": "#/components/schemas/ResourceUse"}
            }
          }
        }
        """#
}
