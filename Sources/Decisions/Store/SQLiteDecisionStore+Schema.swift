import GRDB

extension SQLiteDecisionStore {
    /// The tables, from the empty database on. A migration that was released is never changed; a further one is added.
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("decisions and outcomes") { database in
            try database.create(table: "orchestration_decisions") { table in
                table.primaryKey("id", .text)
                table.column("decision_type", .text).notNull()
                table.column("input_data", .text).notNull()
                table.column("output_data", .text).notNull()
                table.column("confidence_score", .double).notNull()
                table.column("execution_time_ms", .double).notNull()
                table.column("created_at", .double).notNull().indexed()
                table.column("source", .text).notNull()
                table.column("model_name", .text)
                table.column("model_version", .integer)
                table.column("model_digest", .text)
                table.column("reason", .text)
                table.column("seed", .integer)
                table.column("iterations", .integer)
                table.column("outcomes_learned", .integer).notNull()
            }
            try database.create(table: "resource_predictions") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("decision_id", .text).notNull().indexed()
                table.column("task_type", .text).notNull()
                for target in ["cpu", "memory", "duration"] {
                    table.column("predicted_\(target)", .double).notNull()
                    table.column("actual_\(target)", .double)
                }
                table.column("accuracy_score", .double)
                table.column("created_at", .double).notNull()
            }
            try database.create(table: "workflow_optimizations") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("decision_id", .text).notNull().indexed()
                table.column("workflow_id", .text).notNull()
                table.column("optimization_type", .text).notNull()
                table.column("before_metrics", .text).notNull()
                table.column("after_metrics", .text).notNull()
                table.column("improvement_percentage", .double).notNull()
                table.column("applied_at", .double).notNull()
            }
            try database.create(table: "task_executions") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("decision_id", .text).indexed()
                table.column("completed_at", .double).indexed()
                table.column("execution", .text).notNull()
                table.column("created_at", .double).notNull()
            }
            try database.create(table: "journal_position") { table in
                table.column("segment", .integer).notNull()
                table.column("offset", .integer).notNull()
            }
            try database.execute(sql: "INSERT INTO journal_position VALUES (1, 0)")
        }
        migrator.registerMigration("real gains of optimizations") { database in
            try database.alter(table: "workflow_optimizations") { table in
                table.add(column: "promised_gains", .text)
                table.add(column: "predicted_gain_seconds", .double)
                table.add(column: "real_makespan", .double)
                table.add(column: "real_gain_seconds", .double)
                table.add(column: "followed_up_at", .double)
            }
        }
        migrator.registerMigration("expected gains of optimizations") { database in
            try database.alter(table: "workflow_optimizations") { table in
                table.add(column: "expected_gain_seconds", .double)
            }
        }
        // From here on the lack of an expected gain says that none is known.
        migrator.registerMigration("unknown expected gains") { database in
            try database.execute(
                sql: """
                    UPDATE workflow_optimizations SET expected_gain_seconds = predicted_gain_seconds
                    WHERE followed_up_at IS NOT NULL AND expected_gain_seconds IS NULL
                    """)
        }
        return migrator
    }()
}
