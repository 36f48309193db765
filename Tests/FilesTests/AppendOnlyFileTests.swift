import Foundation
import TestSupport
import Testing

@testable import Files

@Test func anAppendOnlyFileGrowsAndGoesOnWhereItStopped() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        do {
            var file = try AppendOnlyFile(path: folder("f"))
            try file.append(Array("one".utf8))
            try file.append([])
            try file.append(Array("two".utf8))
            try file.synchronize()
            #expect(file.size == 6)
        }
        var file = try AppendOnlyFile(path: folder("f"), cutTo: 4)
        #expect(file.size == 4)
        try file.append(Array("!".utf8))
        #expect(try readText(of: folder("f")) == "onet!")
        #expect(try size(of: folder("f")) == 5)
    }
}

/// What a full disk leaves of a write is taken off.
@Test func aWriteThatFailsHalfwayLeavesNothing() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var file = try AppendOnlyFile(path: folder("f"))
        try file.append(Array("one".utf8))
        #expect(throws: InputError("no space left on the disk")) {
            try file.append(Array("two".utf8)) { bytes, descriptor, path in
                try write(Array(bytes.prefix(2)), to: descriptor, path: path)
                throw InputError("no space left on the disk")
            }
        }
        #expect(file.size == 3)
        #expect(try readText(of: folder("f")) == "one")
        try file.append(Array("three".utf8))
        #expect(try readText(of: folder("f")) == "onethree")
    }
}

/// Where even cutting fails, nothing more is taken, else what follows would stand behind half a record.
@Test func nothingIsTakenBehindRemainsThatCannotBeCut() throws {
    var file = try AppendOnlyFile(path: "/dev/full")
    #expect(throws: InputError("no space left on the disk", file: "/dev/full")) { try file.append([1]) }
    #expect(throws: InputError.self) {
        try file.append([2]) { _, _, _ in Issue.record("wrote behind the remains") }
    }
    #expect(file.size == 0)
}

@Test func aSynchronizerOutlivesTheFile() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        func open() throws -> FileSynchronizer {
            var file = try AppendOnlyFile(path: folder("f"))
            try file.append([1])
            return try file.synchronizer()
        }
        let synchronizer = try open()
        try remove(folder("f"))
        try synchronizer.synchronize()
    }
}

@Test func aLockIsHeldByOneAndGoesWithItsHolder() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        func isFree() throws -> Bool { try HeldLock(path: folder(".lock")) != nil }
        do {
            let lock = try HeldLock(path: folder(".lock"))
            #expect(try !isFree())
            _ = lock != nil
        }
        #expect(try isFree())
        #expect(throws: InputError.self) { _ = try HeldLock(path: folder("no/.lock")) }
    }
}

/// A lock on a file that was taken away keeps nobody out, and its holder can tell.
@Test func aLockKnowsWhetherItsFileIsInPlace() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        guard let old = try HeldLock(path: folder(".lock")) else { throw InputError("is not free") }
        let atFirst = old.isInPlace
        try remove(folder(".lock"))
        let afterwards = old.isInPlace
        guard let new = try HeldLock(path: folder(".lock")) else { throw InputError("is not free") }
        let beside = (old.isInPlace, new.isInPlace)
        #expect(atFirst && !afterwards && beside == (false, true))
    }
}

@Test(arguments: [0, 1, 3]) func readsAPieceOfAFile(offset: Int) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let path = try folder.write("abcdef", to: "f")
        let expected = String("abcdef".dropFirst(offset).prefix(4))
        #expect(try readBytes(of: path, from: offset, count: 4) == Array(expected.utf8))
        #expect(try readBytes(of: path, from: 6, count: 4).isEmpty)
        #expect(try readBytes(of: path, from: 99, count: 4).isEmpty)
    }
}

@Test func aPathWithANulIsNoOtherPath() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write("x", to: "f")
        #expect(throws: InputError.self) { _ = try AppendOnlyFile(path: folder("f\0g")) }
        #expect(throws: InputError.self) { _ = try HeldLock(path: folder("f\0g")) }
        #expect(throws: InputError.self) { try readBytes(of: folder("f\0g"), from: 0, count: 1) }
    }
}
