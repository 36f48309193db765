import Files
import Foundation
import History
import ModelFixtures
import Registry
import TestSupport
import Testing

/// `tactus models` with the registry of `folder`.
private func models(_ arguments: String..., in folder: TemporaryFolder) throws -> ProgramResult {
    try run(program, ["models"] + arguments + ["--models", folder("models")], in: folder.path)
}

private func json(_ result: ProgramResult) throws -> JSONField {
    JSONField(try JSONValue(parsing: Array(result.output.utf8)))
}

@Test func showTellsTheLineOfParentsAlsoOfThoseThatWent() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try TraceFixture.writeHistory(in: folder, rows: 40)
        for version in 1...3 {
            let trained = try run(
                program, ["train", "predictor", "--history", "h.h5", "--model", "linear", "--models", "models"],
                in: folder.path)
            #expect(trained.status == 0, "\(trained.errors)")
            if version < 3 {
                let alias = try models("promote", "predictor", "\(version)", "--force", "a test", in: folder)
                #expect(alias.status == 0, "\(alias.errors)")
            }
        }
        let shown = try json(models("show", "predictor", "3", "--json", in: folder))
        #expect(try shown["kind"].string() == "linear" && shown["parentVersion"].int() == 2)
        #expect(try shown["lineage"].elements().map { try $0["version"].int() } == [3, 2, 1])
        #expect(try shown["lineage"].elements().allSatisfy { try $0["state"].string() == "present" })
        // The log that protects 1 and 2 is gone; so are they then.
        try remove(folder("models/predictor/aliases.log"))
        try remove(folder("models/predictor/aliases.json"))
        let told = try models("gc", "--keep", "1", "--dry-run", in: folder)
        #expect(told.output.contains("predictor 1 would go: linear") && !told.output.contains("predictor 3"))
        let gone = try json(models("gc", "--keep", "1", "--json", in: folder))["models"].elements()[0]
        #expect(try gone["removed"].elements().map { try $0["version"].int() } == [1, 2])
        #expect(try gone["kept"].elements().map { try $0.int() } == [3])
        #expect(try models("gc", "--keep", "1", in: folder).output == "nothing to remove\n")
        let text = try models("show", "predictor@3", in: folder).output
        #expect(text.contains("## Lineage") && text.contains("# predictor: linear"))
        let history = try HDF5ExecutionStore(path: folder("h.h5")).content()
        let digest = DatasetDigest(history.executions, benchmarks: history.benchmarks).sha256
        #expect(text.contains("SHA-256 `\(digest)`"), "\(text)")
        for version in [1, 2] {
            let line = text.split(separator: "\n").first { $0.hasPrefix("\(version)  ") }
            #expect(line?.contains("removed on 20") == true && line?.contains("linear") == true, "\(text)")
        }
        let after = try json(models("show", "predictor", "3", "--json", in: folder))["lineage"].elements()
        #expect(try after.map { try $0["state"].string() } == ["present", "removed", "removed"])
    }
}

@Test func verifyTellsEveryDamageOfEveryModel() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let test = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30] { try test.publish(seconds: seconds) }
        try test.promote(2)
        let whole = try models("verify", in: folder)
        #expect(whole.status == 0 && whole.errors == "" && whole.output.split(separator: "\n").count == 3)
        let good = try models("verify", "--json", in: folder)
        #expect(try good.errors == "" && json(good)["verified"].bool())
        try test.damage(1)
        try remove(folder("models/predictor/3/card.md"))
        try folder.write("x", to: "models/predictor/3/more")
        try folder.write("x", to: "models/predictor/stranger")
        try FileManager.default.createSymbolicLink(atPath: folder("models/out"), withDestinationPath: "/etc")
        let damaged = try models("verify", in: folder)
        #expect(damaged.status != 0)
        for place in [
            "1/weights.safetensors: is not what the manifest says", "3/card.md: no such file",
            "3/more: does not belong",
            "stranger: does not belong", "models/out: is a link",
        ] {
            #expect(damaged.errors.contains(place), "\(damaged.errors)")
        }
        let all = try models("verify", "--json", in: folder)
        #expect(all.status != 0 && all.errors == "2 of 3 versions damaged, 2 problems beside them\n")
        let answer = try json(all)
        #expect(try !answer["verified"].bool() && answer["problems"].elements().count == 2)
        let versions = try answer["versions"].elements()
        #expect(try versions.map { try $0["verified"].bool() } == [false, true, false])
        #expect(try versions.map { try $0["problems"].elements().count } == [1, 0, 2])
        // One version alone, however it is named; and all of one name.
        #expect(try models("verify", "predictor", "2", in: folder).status == 0)
        #expect(try models("verify", "predictor@2", in: folder).status == 0)
        #expect(try models("verify", "predictor@3", in: folder).status != 0)
        #expect(try models("verify", "predictor", in: folder).status != 0)
        #expect(try models("verify", "scheduler", in: folder).errors.contains("has no model scheduler"))
        #expect(try models("verify", "predictor@2", "2", in: folder).errors.contains("names a version already"))
    }
}

/// The self-test is part of it: a version whose digests are right and whose answers are not.
@Test func verifyRunsTheSelfTest() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let test = try TestRegistry(in: folder)
        for seconds in [10.0, 20] { try test.publish(seconds: seconds) }
        // The answers of one with the weights of the other.
        let (name, other) = (test.name, try test.registry.load(test.name, 2))
        let first = try test.registry.load(name, 1)
        _ = try test.registry.publish(
            first.manifest, weights: first.weights, golden: other.golden, metrics: "{}", card: "")
        try test.registry.verify(name, 3)
        let told = try models("verify", "predictor@3", in: folder)
        #expect(told.status != 0 && told.errors.contains("the self-test fails"), "\(told.errors)")
        let refused = try models("promote", "predictor", "3", "--force", "a test", in: folder)
        #expect(refused.status != 0 && refused.errors.contains("the self-test fails"))
        let exported = try models("export", "predictor@3", "--output", folder("a.tar"), in: folder)
        #expect(exported.status == 0)
        let imported = try models("import", folder("a.tar"), in: folder)
        #expect(imported.status != 0 && imported.errors.contains("the self-test fails"), "\(imported.errors)")
        #expect(try test.registry.versions(of: name) == [1, 2, 3])
    }
}

/// Through Python's `tarfile`, which takes the archive apart and puts it together again.
@Test(.enabled(if: python != nil, "TACTUS_PYTHON is not set"))
func aVersionGoesToAnotherRegistryAsOneArchive() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let test = try TestRegistry(in: folder)
        try test.publish(seconds: 10)
        try test.promote(1)
        let told = try models("export", "predictor", "--output", "a.tar", in: folder)
        #expect(told.status == 0 && told.output.hasPrefix("predictor 1 is written to a.tar: "), "\(told.errors)")
        let again = try json(models("export", "predictor@1", "--output", "b.tar", "--json", in: folder))
        #expect(try readBytes(of: folder("a.tar")) == readBytes(of: folder("b.tar")))
        #expect(try again["format"].string() == "tar" && again["sha256"].string() == sha256(ofFile: folder("a.tar")))
        let python = try runPython(
            """
            import hashlib, io, json, sys, tarfile
            with tarfile.open(sys.argv[1]) as archive:
                files = {m.name: archive.extractfile(m).read() for m in archive}
            manifest = json.loads(files["predictor/1/manifest.json"])
            assert len(files) == 5
            for name, digest in manifest["files"].items():
                assert hashlib.sha256(files["predictor/1/" + name]).hexdigest() == digest, name
            with tarfile.open(sys.argv[2], "w", format=tarfile.USTAR_FORMAT) as archive:
                for name, data in reversed(files.items()):
                    info = tarfile.TarInfo(name)
                    info.size, info.mtime, info.uname = len(data), 1700000000, "somebody"
                    archive.addfile(info, io.BytesIO(data))
            """, [folder("a.tar"), folder("c.tar")])
        #expect(python.status == 0, "\(python.errors)")
        let imported = try json(
            run(program, ["models", "import", "c.tar", "--models", "other", "--json"], in: folder.path))
        #expect(try imported["version"].int() == 1 && imported["kind"].string() == "statistics")
        let digest = try test.registry.manifest(of: test.name, 1).digest
        #expect(try imported["origins"].elements().map { try $0["digest"].string() } == [digest])
        let second = try models("import", "a.tar", in: folder)
        #expect(second.output.hasPrefix("predictor 2 published in ") && second.output.contains("was version 1"))
        #expect(try models("show", "predictor@2", in: folder).output.contains("version 1 of another registry"))
        #expect(try test.registry.aliases(of: test.name) == ["champion": 1])
        // A pipe or a folder is no archive, and nothing waits for it.
        #expect(unsafe mkfifo(folder("pipe"), 0o600) == 0)
        for file in ["pipe", "models", "nothing", "/dev/zero"] {
            let refused = try models("import", file, in: folder)
            #expect(refused.status != 0 && refused.errors.contains("\(file): "), "\(refused.errors)")
        }
        #expect(try test.registry.versions(of: test.name) == [1, 2])
    }
}

/// Names that lead elsewhere, in the ways in which that can be written.
private let traversals = [
    "..", "../x", "/etc", "a/b", "%2e%2e", "..%2fx", "\u{FF0E}\u{FF0E}", "a\\b", "A", "a\n", " a", "a@../1", "a@01",
    "a@-1",
    "a@4611686018427387904", "a@", "é",
]

/// Wherever a name can be said, two places each, so that each place meets several.
@Test func aNameThatLeadsElsewhereIsRefusedWhereverItIsSaid() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let test = try TestRegistry(in: folder)
        try test.publish(seconds: 10)
        let before = try contents(ofFolder: folder.path)
        for (place, name) in traversals.enumerated() {
            let commands = [
                ["show", name], ["verify", name], ["export", name, "--output", "x.tar"],
                ["compare", "predictor@1", name], ["compare", name, "predictor@1"], ["gc", name], ["rollback", name],
                ["promote", name, "1"], ["promote", "predictor", "1", "--force", "a test", "--alias", name],
            ]
            for arguments in [commands[place % commands.count], commands[(place + 4) % commands.count]] {
                let result = try run(
                    program, ["models"] + arguments + ["--models", folder("models")], in: folder.path)
                #expect(result.status != 0 && result.output == "", "\(arguments)")
            }
        }
        #expect(try contents(ofFolder: folder.path) == before)
        #expect(try contents(ofFolder: folder("models")) == ["predictor"])
        #expect(try test.registry.aliases(of: test.name) == [:])
    }
}

@Test func forceNeedsAReason() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let test = try TestRegistry(in: folder)
        try test.publish(seconds: 10, verdict: "tie")
        let refused = try models("promote", "predictor", "1", in: folder)
        #expect(refused.status != 0 && refused.errors.contains("better than the best baseline at no target"))
        #expect(try models("promote", "predictor", "1", "--force", " ", in: folder).errors.contains("needs a reason"))
        // A challenger decides nothing, so that a tie is enough.
        let challenger = try models("promote", "predictor", "1", "--alias", "challenger", in: folder)
        #expect(challenger.output == "predictor challenger: version 1\n", "\(challenger.errors)")
        #expect(try models("promote", "predictor", "1", "--force", "a load test", in: folder).status == 0)
        #expect(try test.registry.aliasLog(of: test.name).map(\.why).last == "forced: a load test")
        #expect(try models("rollback", "predictor", in: folder).output == "predictor challenger: version 1\n")
    }
}

@Test func promotingWhatIsPromotedAlreadySaysSo() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let test = try TestRegistry(in: folder)
        for seconds in [10.0, 20] { try test.publish(seconds: seconds) }
        for version in 1...2 { try test.promote(version) }
        for arguments in [[], ["--force", "again"], ["--json"]] {
            let told = try run(
                program, ["models", "promote", "predictor", "2", "--models", folder("models")] + arguments,
                in: folder.path)
            #expect(told.status == 0)
            #expect(told.errors == "predictor 2 is the champion already: nothing is changed or logged\n")
        }
        #expect(try models("rollback", "predictor", in: folder).output == "predictor champion: version 1\n")
        let long = String(repeating: "x", count: 1001)
        let refused = try models("promote", "predictor", "2", "--force", long, in: folder)
        #expect(refused.status == 1 && refused.output == "")
        #expect(refused.errors == "Error: field force: has 1001 bytes; a reason may have 1000\n")
    }
}

/// A card, a kind, a name of a file: whatever somebody else wrote, no command lets it steer the terminal.
@Test func nothingInAVersionReachesTheTerminalAsAnEscapeSequence() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let test = try TestRegistry(in: folder)
        try test.publish(seconds: 10)
        let evil = "\u{1B}]0;owned\u{7}\u{9B}31m\u{202E}"
        let loaded = try test.registry.load(test.name, 1)
        var manifest = loaded.manifest
        manifest.kind = "odd" + evil
        for place in manifest.metrics.indices { manifest.metrics[place].target += evil }
        for _ in 0..<2 {
            _ = try test.registry.publish(
                manifest, weights: loaded.weights, golden: loaded.golden, metrics: "{}",
                card: "# card \(evil)\nline\ttab\n")
        }
        try folder.write("x", to: "models/predictor/stranger" + evil)
        for arguments in [
            ["list"], ["show", "predictor", "2"], ["verify"], ["verify", "predictor@2"],
            ["compare", "predictor@2", "predictor@3"], ["promote", "predictor", "2", "--force", "a test"],
            ["gc", "--keep", "0", "--dry-run"], ["promote", "predictor" + evil, "2"],
            ["export", "predictor@1", "--output", "none" + evil + "/x"], ["import", "none" + evil],
        ] {
            let told = try run(program, ["models"] + arguments + ["--models", folder("models")], in: folder.path)
            let text = told.output + told.errors
            #expect(!text.isEmpty && (text.contains("owned") || arguments[0] == "promote"), "\(arguments): \(text)")
            for scalar in ["\u{1B}", "\u{7}", "\u{9B}", "\u{202E}"] as [Unicode.Scalar] {
                #expect(!text.unicodeScalars.contains(scalar), "\(arguments): \(scalar.value)")
            }
        }
        let card = try models("show", "predictor", "2", in: folder)
        #expect(card.output.contains("# card \\u{1b}]0;owned\\u{7}\\u{9b}31m\\u{202e}\nline\ttab\n"), "\(card)")
    }
}
