import Testing

@testable import Files

/// The resident machine code of this program, in kB.
private func residentCode() throws -> Int {
    let lines = try readText(of: "/proc/self/smaps").split(separator: "\n")
    let heads = lines.indices.filter {
        lines[$0].contains(" r-xp ") && lines[$0].hasSuffix("tactusPackageTests.xctest")
    }
    return heads.reduce(0) { sum, head in
        let resident = lines[head...].first { $0.hasPrefix("Rss:") }
        return sum + (resident.flatMap { Int($0.filter(\.isNumber)) } ?? 0)
    }
}

@Suite struct UsedCodeTests {
    @Test func codeThatIsNotCalledAgainGoes() async {
        await #expect(processExitsWith: .success) {
            let before = try residentCode()
            giveBackCode()
            let after = try residentCode()
            #expect(before > 1000 && after < before / 2, "\(before) kB before and \(after) kB after")
        }
    }

    @Test func onlyUnchangedCodeOfFilesIsNamed() {
        func mapping(_ addresses: String, _ access: String, _ path: String, anonymous: Int) -> String {
            """
            \(addresses) \(access) 00002000 fe:00 254163                     \(path)
            Size:                 24 kB
            Rss:                  24 kB
            Anonymous:      \(anonymous) kB
            VmFlags: rd mr mw me

            """
        }
        let smaps =
            mapping("1000-2000", "r--p", "/a program", anonymous: 0)
            + mapping("2000-a000", "r-xp", "/a program", anonymous: 0)
            + mapping("a000-b000", "rw-p", "/a program", anonymous: 0)
            + mapping("b000-c000", "r-xp", "/a program", anonymous: 4)
            + mapping("7f0000000000-7f0000001000", "r-xp", "/a library", anonymous: 0)
            + mapping("7f0000002000-7f0000003000", "r-xp", "", anonymous: 0)
            + mapping("7f0000004000-7f0000005000", "r-xp", "[vdso]", anonymous: 0)
        #expect(unchangedCode(in: smaps) == [0x2000..<0xa000, 0x7f00_0000_0000..<0x7f00_0000_1000])
        #expect(unchangedCode(in: "").isEmpty)
        let odd = ["zz-1", "2-1", "1", "1-2-3"].map { "\($0) r-xp 0 0 0 /p\nAnonymous: 0 kB\n" }
        #expect(unchangedCode(in: odd.joined() + "1-2 r-xp 0 0 0 /p\nAnonymous:\n").isEmpty)
    }
}
