import Files
import Foundation
import TestSupport
import Testing

@Test func writesAtomicallyAndLeavesNothingBehind() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try writeAtomically("old", to: folder("f"))
        try writeAtomically("new", to: folder("f"))
        #expect(try readText(of: folder("f")) == "new")
        #expect(try contents(ofFolder: folder.path) == ["f"])
    }
}

@Test func aFailedWriteKeepsTheOldFile() throws {
    struct Interrupted: Error {}
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try writeAtomically("old", to: folder("f"))
        #expect(throws: Interrupted.self) {
            try replaceAtomically(folder("f")) { temporary in
                try write(Array("half".utf8), toNewFile: temporary)
                throw Interrupted()
            }
        }
        #expect(try readText(of: folder("f")) == "old")
        #expect(try contents(ofFolder: folder.path) == ["f"])
    }
}

@Test func onlyAFileIsReplaced() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let manager = FileManager.default
        try folder.write("old", to: "inner/file")
        try manager.createSymbolicLink(atPath: folder("link"), withDestinationPath: "inner/file")
        try writeAtomically("new", to: folder("link"))
        #expect(try readText(of: folder("inner/file")) == "new" && kind(of: folder("link")) == .link)
        // Renaming over these would take /dev/stdout from the system, where the user may do so.
        #expect(try run("/usr/bin/mkfifo", [folder("pipe")]).status == 0)
        try manager.createSymbolicLink(atPath: folder("to pipe"), withDestinationPath: "pipe")
        try manager.createSymbolicLink(atPath: folder("to folder"), withDestinationPath: "inner")
        let before = try contents(ofFolder: folder.path)
        for name in ["pipe", "to pipe", "to folder"] {
            let error = #expect(throws: InputError.self) { try writeAtomically("x", to: folder(name)) }
            #expect(error == InputError("is no file that another could take the place of", file: folder(name)))
        }
        #expect(throws: InputError("is a folder, not a file", file: folder("inner"))) {
            try writeAtomically("x", to: folder("inner"))
        }
        #expect(try contents(ofFolder: folder.path) == before && kind(of: folder("pipe")) == .other)
    }
}

@Test func errorsNameTheFile() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        #expect(throws: InputError("no such file or folder", file: folder("no"))) { try readBytes(of: folder("no")) }
        #expect(throws: InputError("is a folder, not a file", file: folder.path)) { try readBytes(of: folder.path) }
        try folder.write("x", to: "file")
        #expect(throws: InputError.self) { try makeFolder(folder("file/inner")) }
        for (target, problem) in [
            ("file/inner", "a part of the path is no folder"), ("no/f", "no such file or folder"),
        ] {
            #expect(throws: InputError(problem, file: folder(target))) { try writeAtomically("x", to: folder(target)) }
        }
    }
}

@Test func digestsAreThoseOfTheStandard() throws {
    // FIPS 180-4, example "abc".
    #expect(sha256(of: Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        #expect(try sha256(ofFile: folder.write("abc", to: "f")) == sha256(of: Array("abc".utf8)))
    }
}

@Test(arguments: ["", "-a", "A", "a/b", "..", "a b", "é", String(repeating: "a", count: 65), "a\0"])
func refusesNames(name: String) {
    #expect(throws: InputError.self) { try CheckedName(name) }
}

@Test func acceptsNames() throws {
    for name in ["a", "predictor", "gpu-2", String(repeating: "a", count: 64)] {
        #expect(try CheckedName(name).description == name)
    }
}

@Test func listsFilesInOrderAndDoesNotFollowLinks() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write("", to: "b/2")
        try folder.write("", to: "a")
        try folder.write("", to: "b/1")
        try FileManager.default.createSymbolicLink(atPath: folder("b/loop"), withDestinationPath: folder.path)
        #expect(try files(inFolder: folder.path) == ["a", "b/1", "b/2"].map { folder($0) })
        try remove(folder("b"))
        #expect(try contents(ofFolder: folder.path) == ["a"])
    }
}

@Test func quotesCellsOfCSV() {
    var csv = CSV(columns: ["a", "b"])
    csv.append(["x,\"y\"", "line\nbreak"])
    #expect(csv.text == "a,b\n\"x,\"\"y\"\"\",\"line\nbreak\"\n")
    #expect(CSV.number(.nan) == "" && CSV.number(3) == "3" && CSV.number(0.1) == "0.1")
}
