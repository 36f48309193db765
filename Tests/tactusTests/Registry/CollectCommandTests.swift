import Files
import ModelFixtures
import Registry
import TestSupport
import Testing

private func collect(_ arguments: String..., in folder: TemporaryFolder) throws -> ProgramResult {
    try run(program, ["models", "gc", "--keep", "1", "--models", folder("models")] + arguments, in: folder.path)
}

/// Folders whose names could be those of models and versions, but that hold something else.
@Test func withoutANameForeignFoldersAreLeftAlone() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let test = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30] { try test.publish(seconds: seconds) }
        try test.promote(3)
        for file in [
            "photos/1/a.jpg", "photos/2/manifest.json", "photos/tmp-7/notes", "photos/.draft.tmp", "empty/x/y",
        ] {
            try folder.write("mine", to: "models/" + file)
        }
        func foreign() throws -> [String] {
            try files(inFolder: folder("models/photos")) + files(inFolder: folder("models/empty"))
        }
        let before = try foreign()
        let told = try collect("--json", in: folder)
        #expect(told.status == 0 && told.errors == "", "\(told.errors)")
        let models = try JSONField(JSONValue(parsing: Array(told.output.utf8)))["models"].elements()
        #expect(try models.map { try $0["name"].string() } == ["predictor"])
        #expect(try test.registry.versions(of: test.name) == [2, 3])
        #expect(try foreign() == before)
        #expect(try collect(in: folder).output == "nothing to remove\n")
    }
}

/// One that fails does not cost the account of the others.
@Test func aModelThatCannotBeCollectedIsToldAndTheOthersAre() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let test = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30] { try test.publish(seconds: seconds) }
        try test.promote(3)
        // Three of one kind: `alpha` and `zeta`, before and behind the one that works, cannot be read.
        for name in ["alpha", "zeta"] { try folder.write("nonsense\n", to: "models/\(name)/aliases.log") }
        let dry = try collect("--dry-run", in: folder)
        #expect(dry.status == 1 && dry.output.hasPrefix("predictor 1 would go: statistics"), "\(dry)")
        let told = try collect("--json", in: folder)
        #expect(told.status == 1)
        for name in ["alpha", "zeta"] {
            #expect(told.errors.contains("models/\(name)/aliases.log:1: "), "\(told.errors)")
            #expect(dry.errors.contains("models/\(name)/aliases.log:1: "), "\(dry.errors)")
        }
        #expect(told.errors.hasPrefix("Error: 2 of 3 models could not be collected as a whole: alpha: "))
        #expect(told.errors.split(separator: "\n").count == 1)
        let models = try JSONField(JSONValue(parsing: Array(told.output.utf8)))["models"].elements()
        #expect(try models.map { try $0["name"].string() } == ["alpha", "predictor", "zeta"])
        #expect(models.map { $0["problem"].isPresent } == [true, false, true])
        #expect(try models[1]["removed"].elements().map { try $0["version"].int() } == [1])
        #expect(try test.registry.versions(of: test.name) == [2, 3])
        // Alone it is an error as before.
        let alone = try collect("zeta", in: folder)
        #expect(alone.status == 1 && alone.output == "" && alone.errors.contains("zeta/aliases.log:1"))
    }
}
