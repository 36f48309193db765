extension OpenAPI {
    /// Schemas of what is sent, as JSON.
    static let questionSchemas = #"""
        {
          "Task": {
            "type": "object", "required": ["process"], "additionalProperties": false,
            "description": "A task before it runs; only process must be there.",
            "properties": {
              "workflow": {"type": "string"}, "process": {"type": "string", "minLength": 1},
              "tool": {
                "type": "string",
                "description": "The name of the tool, without a version; where the process is not known, it is answered from what the tool took."
              },
              "inputBytes": {"type": "number", "minimum": 0}, "cores": {"type": "number", "minimum": 0},
              "memoryRequestBytes": {"type": "number", "minimum": 0}, "attempt": {"type": "integer", "minimum": 1},
              "run": {"type": "string"}, "node": {"type": "string"}, "submittedAt": {"type": "number"},
              "features": {"type": "object", "additionalProperties": {"type": ["number", "string"]}}
            }
          },
          "PredictQuestion": {
            "type": "object", "additionalProperties": false,
            "oneOf": [{"required": ["task"]}, {"required": ["tasks"]}],
            "properties": {
              "task": {"$ref": "#/components/schemas/Task"},
              "tasks": {
                "type": "array", "minItems": 1, "maxItems": 10000, "items": {"$ref": "#/components/schemas/Task"}
              },
              "cluster": {
                "$ref": "#/components/schemas/Cluster", "description": "No more is asked for than its largest node has."
              }
            }
          },
          "WfFormat": {
            "type": "object", "required": ["schemaVersion", "workflow"],
            "description": "A whole document in WfFormat 1.5; what is unknown inside it is kept.",
            "properties": {"schemaVersion": {"const": "1.5"}, "name": {"type": "string"}, "workflow": {"type": "object"}}
          },
          "Node": {
            "type": "object", "required": ["name", "cores"],
            "properties": {
              "name": {"type": "string", "minLength": 1}, "cores": {"type": "number", "exclusiveMinimum": 0},
              "memoryBytes": {"type": "number", "exclusiveMinimum": 0},
              "speed": {"type": "number", "exclusiveMinimum": 0}, "pricePerHour": {"type": "number", "minimum": 0},
              "pool": {"type": "string"}, "startupSeconds": {"type": "number", "minimum": 0},
              "taskOverheadSeconds": {"type": "number", "minimum": 0}
            }
          },
          "Cluster": {
            "type": "object", "required": ["nodes"], "additionalProperties": false,
            "properties": {
              "nodes": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Node"}},
              "bandwidthBytesPerSecond": {"type": "number", "exclusiveMinimum": 0}
            }
          },
          "ReadyTask": {
            "type": "object", "required": ["id"], "additionalProperties": false,
            "properties": {
              "id": {"type": "string", "minLength": 1}, "workflow": {"type": "string"},
              "process": {"type": "string", "minLength": 1}, "cores": {"type": "number", "exclusiveMinimum": 0},
              "memoryBytes": {"type": "number", "minimum": 0}, "durationSeconds": {"type": "number", "minimum": 0},
              "priority": {"type": "number"}, "deadlineAt": {"type": "number"}, "readySince": {"type": "number"},
              "remainingSeconds": {"type": "number", "minimum": 0}
            }
          },
          "NodeState": {
            "allOf": [{"$ref": "#/components/schemas/Node"}],
            "properties": {
              "freeCores": {"type": "number", "minimum": 0}, "freeMemoryBytes": {"type": "number", "minimum": 0},
              "running": {
                "type": "array",
                "items": {
                  "type": "object", "required": ["id"], "additionalProperties": false,
                  "properties": {
                    "id": {"type": "string"}, "endsAt": {"type": "number"}, "workflow": {"type": "string"},
                    "cores": {"type": "number", "exclusiveMinimum": 0}, "memoryBytes": {"type": "number", "minimum": 0}
                  }
                }
              }
            }
          },
          "ScheduleQuestion": {
            "oneOf": [{"$ref": "#/components/schemas/WorkflowToPlan"}, {"$ref": "#/components/schemas/TasksToPlace"}]
          },
          "WorkflowToPlan": {
            "type": "object", "required": ["workflow", "cluster"], "additionalProperties": false,
            "properties": {
              "workflow": {"$ref": "#/components/schemas/WfFormat"}, "cluster": {"$ref": "#/components/schemas/Cluster"},
              "policy": {"type": "string"}, "budgetMs": {"type": "number", "exclusiveMinimum": 0, "maximum": 3600000},
              "durations": {"enum": ["given", "predicted"]}, "objective": {"enum": ["makespan"]}
            }
          },
          "TasksToPlace": {
            "type": "object", "required": ["ready", "state"], "additionalProperties": false,
            "properties": {
              "ready": {"type": "array", "items": {"$ref": "#/components/schemas/ReadyTask"}},
              "state": {
                "type": "object", "required": ["nodes"], "additionalProperties": false,
                "properties": {
                  "now": {"type": "number"},
                  "nodes": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/NodeState"}}
                }
              },
              "constraints": {
                "type": "object", "additionalProperties": false,
                "properties": {
                  "deadlineAt": {"type": "number"}, "maxCost": {"type": "number", "minimum": 0},
                  "pools": {"type": "array", "items": {"type": "string"}},
                  "excludedNodes": {"type": "array", "items": {"type": "string"}}
                }
              },
              "policy": {"type": "string"}, "budgetMs": {"type": "number", "exclusiveMinimum": 0, "maximum": 3600000},
              "objective": {"enum": ["makespan"]}
            }
          },
          "OptimizeQuestion": {
            "type": "object", "required": ["workflow"], "additionalProperties": false,
            "properties": {
              "workflow": {"$ref": "#/components/schemas/WfFormat"}, "cluster": {"$ref": "#/components/schemas/Cluster"},
              "policy": {"type": "string"}, "budgetMs": {"type": "number", "exclusiveMinimum": 0, "maximum": 3600000},
              "objectives": {"type": "array", "items": {"enum": ["makespan", "cost", "resources", "quality"]}},
              "bottleneckThreshold": {"type": "number", "minimum": 0, "maximum": 1},
              "seed": {"type": "integer", "minimum": 0},
              "weights": {
                "type": "object", "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
                "propertyNames": {
                  "enum": [
                    "right-size", "raise-priority", "add-edge", "split", "cluster", "remove-edge", "colocate",
                    "alternative", "move-pool", "start-early", "skip"
                  ]
                }
              }
            }
          },
          "ApplyQuestion": {
            "type": "object", "required": ["suggestions"], "additionalProperties": false,
            "properties": {"suggestions": {"type": "array", "minItems": 1, "items": {"type": "string"}}}
          },
          "Execution": {
            "type": "object", "required": ["process"], "additionalProperties": false,
            "properties": {
              "decisionId": {"type": "string"}, "workflow": {"type": "string"},
              "process": {"type": "string", "minLength": 1}, "tool": {"type": "string"}, "run": {"type": "string"},
              "taskId": {"type": "string"},
              "sample": {"type": "string"}, "node": {"type": "string"}, "inputBytes": {"type": "number", "minimum": 0},
              "cores": {"type": "number", "minimum": 0}, "memoryRequestBytes": {"type": "number", "minimum": 0},
              "attempt": {"type": "integer", "minimum": 1}, "submittedAt": {"type": "number"},
              "startedAt": {"type": "number"}, "completedAt": {"type": "number"},
              "cpu": {"type": "number", "minimum": 0, "maximum": 16777216},
              "memory": {"type": "number", "minimum": 0, "maximum": 18014398509481984},
              "duration": {"type": "number", "minimum": 0, "maximum": 3155760000}, "exit": {"type": "integer"}, "status": {"type": "string"},
              "features": {"type": "object", "additionalProperties": {"type": ["number", "string"]}}
            }
          },
          "Executions": {
            "type": "object", "required": ["executions"], "additionalProperties": false,
            "properties": {
              "executions": {"type": "array", "maxItems": 10000, "items": {"$ref": "#/components/schemas/Execution"}}
            }
          },
          "CloudEvent": {
            "type": "object", "required": ["specversion", "id", "source", "type", "data"],
            "description": "A CloudEvent 1.0 in its structured form.",
            "properties": {
              "specversion": {"const": "1.0"}, "id": {"type": "string"}, "source": {"type": "string"},
              "type": {"type": "string"},
              "data": {"oneOf": [{"$ref": "#/components/schemas/Executions"}, {"$ref": "#/components/schemas/Execution"}]}
            }
          },
          "ExecutionsQuestion": {
            "oneOf": [
              {"$ref": "#/components/schemas/Executions"}, {"$ref": "#/components/schemas/CloudEvent"},
              {"type": "array", "items": {"$ref": "#/components/schemas/CloudEvent"}}
            ]
          },
          "PromoteQuestion": {
            "type": "object", "required": ["version"], "additionalProperties": false,
            "properties": {
              "version": {"type": "integer", "minimum": 1}, "alias": {"type": "string", "default": "champion"},
              "force": {
                "type": "string", "minLength": 1, "maxLength": 1000,
                "description": "Why it is promoted without having passed, in at most 1,000 bytes of UTF-8."
              }
            }
          },
          "RollbackQuestion": {"type": "object", "additionalProperties": false}
        }
        """#
}
