import Files
import Registry
import TestSupport
import Testing

@Test func aFullRowOfNumbersEndsInARefusal() throws {
    try Fixture.with { fixture in
        try makeFolder(fixture.path("1000000000"))
        let error = #expect(throws: InputError.self) { try publish(fixture.registry) }
        #expect(error?.problem == "has no number left after 1000000000")
    }
}

@Test func aFolderWhoseNameIsNoNumberOfAVersionIsNone() throws {
    try Fixture.with { fixture in
        let (registry, name) = (fixture.registry, fixture.name)
        let strangers = ["-1", "0", "01", "+1", "1.0", "1e3", "1000000001", "9223372036854775808", "١"]
        for folder in strangers { try fixture.folder.write("x", to: "models/predictor/\(folder)/manifest.json") }
        #expect(try publish(registry) == 1)
        #expect(try registry.versions(of: name) == [1])
        #expect(registry.damages(of: name).map(\.file) == strangers.sorted().map { fixture.path($0) })
        _ = try registry.collectGarbage(of: name, keepingNewest: 0, at: 1, who: "me")
        for folder in strangers { #expect(kind(of: fixture.path(folder + "/manifest.json")) == .file) }
    }
}
