import Files
import ModelFixtures
import Registry
import TestSupport
import Testing

@testable import Engine

/// A start reconciles aliases and their log; what cannot be reconciled is no reason not to start.
@Test func aStartReconcilesAliasesWithTheirLog() async throws {
    try await TemporaryFolder.with { folder in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20] { try models.publish(seconds: seconds) }
        try models.promote(1)
        try appendLine(
            #"{"at":1,"who":"me","alias":"champion","from":1,"to":2,"action":"promote","why":""}"#,
            to: folder("models/predictor/aliases.log"))
        try folder.write("{\n", to: "models/other/aliases.log")
        #expect(models.registry.damages(of: models.name).count == 1)
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        #expect(models.registry.damages(of: models.name) == [])
        #expect(try models.registry.aliasLog(of: models.name).map(\.action) == ["promote", "promote", "abandoned"])
        #expect(try models.registry.aliases(of: models.name) == ["champion": 1])
        #expect(try readText(of: folder("models/other/aliases.log")) == "{\n")
        #expect(try await scheduler.rollback(models.name, who: "test") == [:])
    }
}
