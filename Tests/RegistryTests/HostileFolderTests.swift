import Files
import Foundation
import Layers
import Registry
import TestSupport
import Testing

/// Something hostile in the folder of a version, and what the reason must name.
private struct Hostile: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The file of version 1 that the reason names.
    var file: String
    var field: String?
    var reason: String
    var plant: @Sendable (Fixture) throws -> Void

    init(
        _ name: String, file: String, field: String? = nil, _ reason: String,
        _ plant: @escaping @Sendable (Fixture) throws -> Void
    ) {
        (testDescription, self.file, self.field, self.reason, self.plant) = (name, file, field, reason, plant)
    }

    /// A change of the manifest's text.
    static func text(_ name: String, field: String?, _ reason: String, _ old: String, _ new: String) -> Hostile {
        Hostile(name, file: "manifest.json", field: field, reason) { fixture in
            let path = fixture.path("1/manifest.json")
            let text = try readText(of: path)
            let changed = text.replacing(old, with: new)
            #expect(changed != text, "\(old) is not there")
            try writeAtomically(changed, to: path)
        }
    }

    /// Something else in the place of a file.
    static func place(_ what: String, _ file: String, _ reason: String, _ make: @escaping @Sendable (String) -> Void)
        -> Hostile
    {
        Hostile("\(what) for \(file)", file: file, reason) { fixture in
            try remove(fixture.path("1/" + file))
            make(fixture.path("1/" + file))
            #expect(kind(of: fixture.path("1/" + file)) != nil)
        }
    }

    static let files = ["manifest.json", "weights.safetensors", "golden.safetensors", "metrics.json", "card.md"]

    static let places = files.flatMap { file in
        [
            place("a pipe", file, "is no plain file") { path in _ = unsafe mkfifo(path, 0o600) },
            place("a link out", file, "is a link, not a plain file") { path in
                _ = unsafe symlink("/etc/passwd", path)
            },
            place("a link to a device", file, "is a link, not a plain file") { path in
                _ = unsafe symlink("/dev/zero", path)
            },
            place("a link to itself", file, "is a link, not a plain file") { path in _ = unsafe symlink(path, path) },
            place("a folder", file, "is a folder, not a file") { path in _ = unsafe mkdir(path, 0o700) },
            place("3 GB of nothing", file, "are read at the most") { path in
                try? writeAtomically("", to: path)
                _ = unsafe truncate(path, 3_000_000_000)
            },
        ]
    }

    static let manifests = [
        text("an unknown field", field: "more", "is not known here", "\"kind\" :", "\"more\" : 1,\n\"kind\" :"),
        text(
            "an unknown field further in", field: "dataset.more", "is not known here", "\"rows\" :",
            "\"more\" : [1], \"rows\" :"),
        text(
            "an unknown field in a list", field: "features[0].more", "is not known here", "\"normalisation\" :",
            "\"more\" : {}, \"normalisation\" :"),
        text("a field twice", field: nil, "\"seed\" stands twice", "\"seed\" : 1", "\"seed\" : 1, \"seed\" : 1"),
        text(
            "a field twice, once escaped", field: nil, "\"seed\" stands twice", "\"seed\" : 1",
            #""seed" : 1, "\u0073eed" : 1"#),
        text("a text for a number", field: "seed", "is a text, not a number", "\"seed\" : 1", "\"seed\" : \"1\""),
        text(
            "a seed beyond 64 bits", field: "seed", "beyond 64 bits", "\"seed\" : 1", "\"seed\" : 99999999999999999999"),
        text("a negative seed", field: "seed", "is negative", "\"seed\" : 1", "\"seed\" : -1"),
        text(
            "a size beyond 64 bits", field: "architecture.hidden", "not a whole number", "\"hidden\" : 4",
            "\"hidden\" : 99999999999999999999"),
        text("a fraction of rows", field: "dataset.rows", "not a whole number", "\"rows\" : 1", "\"rows\" : 1.5"),
        text("a number beyond all", field: nil, "too large", "\"created\" : 100", "\"created\" : 1e999"),
        text("not a number", field: nil, "no JSON value", "\"created\" : 100", "\"created\" : NaN"),
        text(
            "another layout", field: "schemaVersion", "is 2; 1 is read", "\"schemaVersion\" : 1",
            "\"schemaVersion\" : 2"),
        text("a field missing", field: "kind", "is missing", "\"kind\" : \"lstm\",", ""),
        text("another version", field: "version", "says that it is", "\"version\" : 1", "\"version\" : 3"),
        text(
            "2^62 for a version", field: "version", "says that it is", "\"version\" : 1",
            "\"version\" : 4611686018427387904"),
        text(
            "a parent that comes later", field: "parentVersion", "cannot have been before", "\"outputs\" :",
            "\"parentVersion\" : 7, \"outputs\" :"),
        text(
            "nested too deep", field: nil, "nested deeper", "\"inputs\" : [\n\n  ]", "\"inputs\" : [[[[[[[[[[]]]]]]]]]]"
        ),
        text(
            "nested as deep as a stack", field: nil, "nested deeper", "\"inputs\" : [\n\n  ]",
            "\"inputs\" : " + String(repeating: "[", count: 200_000)),
        text("a file listed twice", field: nil, "stands twice", "\"card.md\" :", "\"metrics.json\" :"),
    ]

    /// Names that lead elsewhere, in the ways in which that can be written.
    static let traversals = [
        "../predictor", "..", ".", "/etc", "a/b", "a\\\\b", "%2e%2e", "..%2fx", "..%252fx", "\\u002e\\u002e",
        "\u{FF0E}\u{FF0E}", "predictor\\u0000", "Predictor", " predictor", "-predictor", "", "prédictor",
        "predictor/", String(repeating: "x", count: 65),
    ]

    static let names =
        traversals.map { name in
            text(
                "the name \(name.prefix(20))", field: "name", "says that it is", "\"name\" : \"predictor\"",
                "\"name\" : \"\(name)\"")
        }
        + ["../../card.md", "/etc/passwd", "..%2fcard.md", "card.md\\u0000", "CARD.MD"].map { file in
            text(
                "the file \(file)", field: "files." + file.replacing("\\u0000", with: "\0"), "is no file of a version",
                "\"card.md\" :", "\"\(file)\" :")
        }

    static let digests = files.dropFirst().flatMap { file in
        [
            Hostile("a changed \(file)", file: file, "its SHA-256 differs") { try $0.damage(1, file) },
            Hostile("an empty \(file)", file: file, "its SHA-256 differs") {
                try writeAtomically("", to: $0.path("1/" + file))
            },
            Hostile("no \(file)", file: file, "no such file") { try remove($0.path("1/" + file)) },
        ]
    }

    static let strangers = [
        Hostile("a file more", file: "more", "does not belong to the version") {
            try $0.folder.write("x", to: "models/predictor/1/more")
        },
        Hostile("a folder more", file: "more", "does not belong to the version") {
            try makeFolder($0.path("1/more"))
        },
        Hostile("a link more", file: "more", "does not belong to the version") { fixture in
            _ = unsafe symlink("/", fixture.path("1/more"))
        },
        Hostile("a hidden file", file: ".weights.safetensors", "does not belong to the version") {
            try $0.folder.write("x", to: "models/predictor/1/.weights.safetensors")
        },
    ]
}

@Test(
    .timeLimit(.minutes(30)),
    arguments: Hostile.places + Hostile.manifests + Hostile.names + Hostile.digests + Hostile.strangers)
private func aHostileFolderIsRefusedWithTheReason(hostile: Hostile) throws {
    try Fixture.with { fixture in
        try publish(fixture.registry)
        try hostile.plant(fixture)
        let (registry, name) = (fixture.registry, fixture.name)
        let error = try #require(throws: InputError.self) { try registry.verify(name, 1) }
        #expect(error.file == fixture.path("1/" + hostile.file), "\(error)")
        #expect(error.field == hostile.field, "\(error)")
        #expect(error.problem.contains(hostile.reason), "\(error)")
        #expect(registry.damages(of: name, 1).first == error)
        #expect(throws: InputError.self) { try registry.load(name, 1) }
        #expect(throws: InputError.self) { try fixture.promote(1) }
        #expect(throws: InputError.self) { try registry.archive(of: name, 1) }
        #expect(try registry.aliases(of: name) == [:])
    }
}

/// Nothing is read through a folder that is a link, and nothing written.
@Test func linksInThePlaceOfFoldersAreNotFollowed() throws {
    try Fixture.with { fixture in
        let (registry, name) = (fixture.registry, fixture.name)
        for _ in 0..<2 { try publish(registry) }
        try move(fixture.path("1"), to: fixture.folder("outside"))
        #expect(unsafe symlink(fixture.folder("outside"), fixture.path("1")) == 0)
        let version = #expect(throws: InputError.self) { try registry.load(name, 1) }
        #expect(version?.file == fixture.path("1") && version?.problem == "is no folder")
        #expect(try registry.versions(of: name) == [2])
        #expect(registry.damages(of: name).map(\.file) == [fixture.path("1")])
        // Its number counts as taken, and nothing goes where it leads.
        #expect(unsafe symlink("/nowhere", fixture.path("3")) == 0)
        #expect(try publish(registry) == 4)
        _ = try registry.collectGarbage(of: name, keepingNewest: 0, at: 1, who: "me")
        #expect(try contents(ofFolder: fixture.folder("outside")).count == 5)

        try move(fixture.folder("models/predictor"), to: fixture.folder("all"))
        #expect(unsafe symlink(fixture.folder("all"), fixture.folder("models/predictor")) == 0)
        for body: () throws -> Void in [
            { _ = try registry.load(name, 2) }, { _ = try registry.aliases(of: name) },
            { _ = try registry.aliasLog(of: name) }, { _ = try fixture.promote(2) }, { try publish(registry) },
            { _ = try registry.rollback(name, at: 1, who: "me", why: "") },
        ] {
            let error = #expect(throws: InputError.self) { try body() }
            #expect(error?.file == fixture.folder("models/predictor"), "\(String(describing: error))")
        }
        #expect(try registry.names() == [])
        #expect(try registry.entries().damages.map(\.file) == [fixture.folder("models/predictor")])
        // The registry itself may lie behind a link: that is the user's.
        #expect(unsafe symlink(fixture.folder.path, fixture.folder("here")) == 0)
        try remove(fixture.folder("models/predictor"))
        try move(fixture.folder("all"), to: fixture.folder("models/predictor"))
        try publish(registry)
        #expect(unsafe symlink(fixture.folder("models"), fixture.folder("linked")) == 0)
        #expect(try ModelRegistry(path: fixture.folder("linked")).names() == [name])
    }
}

/// Files beside the versions: what stands in them, and the field that the reason names.
@Test(
    .timeLimit(.minutes(30)),
    arguments: [
        ("aliases.json", "[]", nil, "is a list"),
        ("aliases.json", "{\"champion\":\"1\"}", "champion", "not a whole number"),
        ("aliases.json", "{\"champion\":0}", "champion", "which no version is"),
        ("aliases.json", "{\"champion\":4611686018427387904}", "champion", "which no version is"),
        ("aliases.json", "{\"champion\":-1}", "champion", "which no version is"),
        ("aliases.json", "{\"champion\":1000000001}", "champion", "which no version is"),
        ("aliases.json", "{\"champion\":1,\"champion\":2}", nil, "stands twice"),
        ("aliases.json", "{\"../x\":1}", "alias", "is no name"),
        ("aliases.json", "{\"%2e%2e\":1}", "alias", "is no name"),
        ("aliases.json", String(repeating: "[", count: 100_000), nil, "nested deeper"),
        ("aliases.log", "{\"at\":1}\n", "action", "is missing"), ("aliases.log", "nonsense\n", nil, "no JSON value"),
        (
            "aliases.log",
            #"{"at":1,"who":"a","alias":"../x","from":null,"to":1,"action":"promote","why":""}"# + "\n", "alias",
            "is no name"
        ),
        (
            "aliases.log",
            #"{"at":1,"who":"a","alias":"x","from":null,"to":4611686018427387904,"action":"promote","why":""}"# + "\n",
            "to", "which no version is"
        ),
        (
            "aliases.log", #"{"at":1,"who":"a","alias":"x","from":null,"to":1,"action":"erase","why":""}"# + "\n",
            "action", "is not known here"
        ),
        (
            "aliases.log",
            #"{"at":1,"who":"a","alias":"x","from":null,"to":1,"action":"promote","why":"","more":1}"# + "\n", "more",
            "is not known here"
        ),
        ("removed.log", #"{"version":1}"# + "\n", "at", "is missing"),
    ]
        + [("from", "-1", "1"), ("from", "1000000001", "1"), ("to", "null", "-1"), ("to", "1", "1000000001")].map {
            field, from, to in
            (
                "aliases.log",
                #"{"at":1,"who":"a","alias":"x","from":\#(from),"to":\#(to),"action":"promote","why":""}"# + "\n",
                field,
                "which no version is"
            )
        }
        + [("0", "null", "version"), ("1000000001", "null", "version"), ("3", "3", "parentVersion")].map {
            version, parent, field in
            (
                "removed.log",
                #"{"at":1,"who":"a","version":\#(version),"kind":"x","digest":"","parentVersion":\#(parent),"created":1}"#
                    + "\n", field, field == "version" ? "which no version is" : "cannot have been before 3"
            )
        } as [(String, String, String?, String)])
func hostileAliasesAndLogsAreRefused(file: String, text: String, field: String?, reason: String) throws {
    try Fixture.with { fixture in
        let (registry, name) = (fixture.registry, fixture.name)
        try publish(registry)
        try fixture.folder.write(text, to: "models/predictor/" + file)
        let error = try #require(registry.damages(of: name).first)
        #expect(error.file == fixture.path(file) && error.field == field, "\(error)")
        #expect(error.problem.contains(reason), "\(error)")
        if file != "removed.log" { #expect(throws: InputError.self) { try fixture.promote(1) } }
        // A pipe in its place neither stops nor is written to.
        try remove(fixture.path(file))
        #expect(unsafe mkfifo(fixture.path(file), 0o600) == 0)
        #expect(
            registry.damages(of: name).contains { $0.file == fixture.path(file) && $0.problem == "is no plain file" })
        // No number is given twice, also where it cannot be read which were given.
        #expect(throws: InputError.self) { try publish(registry) }
    }
}

/// Headers of safetensors that claim what is not there; the digests are right, so that only reading them tells.
@Test(arguments: [
    (#"{"w":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,8]}}"#, "more bytes than can be counted"),
    (#"{"w":{"dtype":"F32","shape":[4294967296,1073741824],"data_offsets":[0,8]}}"#, "more bytes than can be counted"),
    (#"{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "has 8 bytes, its shape and type 12"),
    (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,16]}}"#, "outside of the 8 bytes"),
    (
        #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"v":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#,
        "overlaps another array"
    ),
    (
        #"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        "stands twice"
    ),
    (#"{"../w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, ".. in its name"),
    (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}"#, "does not consist of"),
])
func weightsThatClaimMoreThanIsThereAreRefused(header: String, reason: String) throws {
    try Fixture.with { fixture in
        try publish(fixture.registry)
        var bytes: [UInt8] = []
        LittleEndian.append([UInt64(header.utf8.count)], to: &bytes)
        bytes += Array(header.utf8) + [UInt8](repeating: 0, count: 8)
        try writeAtomically(bytes, to: fixture.path("1/weights.safetensors"))
        let manifest = try readText(of: fixture.path("1/manifest.json"))
        let old = try fixture.registry.manifest(of: fixture.name, 1).manifest.files["weights.safetensors"] ?? ""
        try writeAtomically(manifest.replacing(old, with: sha256(of: bytes)), to: fixture.path("1/manifest.json"))
        try fixture.registry.verify(fixture.name, 1)
        let error = #expect(throws: InputError.self) { try fixture.registry.load(fixture.name, 1) }
        #expect(error?.file == fixture.path("1/weights.safetensors"))
        #expect(error?.problem.contains(reason) == true, "\(String(describing: error))")
        #expect(fixture.registry.damages(of: fixture.name, 1) == [try #require(error)])
    }
}

/// Every damage is told, not the first alone.
@Test func allDamagesOfAVersionAreTold() throws {
    try Fixture.with { fixture in
        try publish(fixture.registry)
        #expect(fixture.registry.damages(of: fixture.name, 1) == [])
        try fixture.damage(1, "card.md")
        try fixture.damage(1, "weights.safetensors")
        try remove(fixture.path("1/metrics.json"))
        try fixture.folder.write("", to: "models/predictor/1/more")
        #expect(
            fixture.registry.damages(of: fixture.name, 1).map { $0.file.map(lastComponent(of:)) } == [
                "more", "card.md", "metrics.json", "weights.safetensors",
            ])
    }
}
