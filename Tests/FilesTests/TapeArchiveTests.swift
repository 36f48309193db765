import Files
import Foundation
import TestSupport
import Testing

private let members = [
    TapeArchive.Member(name: "a/1/empty", bytes: []),
    TapeArchive.Member(name: "a/1/text", bytes: Array("text\n".utf8)),
    TapeArchive.Member(name: "a/1/block", bytes: [UInt8](repeating: 7, count: 512)),
    TapeArchive.Member(name: "long-" + String(repeating: "x", count: 95), bytes: (0..<1000).map { UInt8($0 % 251) }),
]

@Test func anArchiveReadsBackAndIsTheSameEachTime() throws {
    let archive = try TapeArchive.encode(members)
    #expect(try TapeArchive.decode(archive) == members)
    #expect(try TapeArchive.encode(members) == archive)
    #expect(try TapeArchive.decode(TapeArchive.encode([])) == [])
    // GNU tar fills up to 10 KiB.
    #expect(try TapeArchive.decode(archive + [UInt8](repeating: 0, count: 7168)) == members)
}

/// Writes and reads with Python's `tarfile`, and lets it build what is refused.
private let script = """
    import io, json, sys, tarfile
    ours, theirs, hostile = sys.argv[1:4]
    with tarfile.open(ours) as archive:
        print(json.dumps([[m.name, m.isreg(), m.mode, m.uid, m.gid, m.mtime, m.uname, list(archive.extractfile(m).read())]
                          for m in archive.getmembers()]))
    def write(path, entries, format=tarfile.USTAR_FORMAT):
        with tarfile.open(path, "w", format=format) as archive:
            for name, type, link, data in entries:
                info = tarfile.TarInfo(name)
                info.type, info.linkname, info.size, info.mtime = type, link, len(data), 1700000000
                archive.addfile(info, io.BytesIO(data))
    write(theirs, [("a/x", tarfile.REGTYPE, "", b"x" * 700), ("a/y", tarfile.REGTYPE, "", b"")])
    for name, type, link in [
        ("../x", tarfile.REGTYPE, ""), ("/x", tarfile.REGTYPE, ""), ("a/../../x", tarfile.REGTYPE, ""),
        ("./x", tarfile.REGTYPE, ""), ("a//x", tarfile.REGTYPE, ""), ("a/x/", tarfile.REGTYPE, ""),
        ("a\\\\x", tarfile.REGTYPE, ""), ("a x", tarfile.REGTYPE, ""), ("a\\nx", tarfile.REGTYPE, ""),
        ("\\uff0e\\uff0e/x", tarfile.REGTYPE, ""), ("x", tarfile.SYMTYPE, "/etc/passwd"), ("x", tarfile.LNKTYPE, "y"),
        ("x", tarfile.DIRTYPE, ""), ("x", tarfile.FIFOTYPE, ""), ("x", tarfile.CHRTYPE, ""), ("x", tarfile.CONTTYPE, ""),
        ("a/" * 60 + "x", tarfile.REGTYPE, ""),
    ]:
        write(f"{hostile}/{len(__import__('os').listdir(hostile)):02}.tar", [(name, type, link, b"")])
    write(hostile + "/gnu.tar", [("x" * 200, tarfile.REGTYPE, "", b"")], tarfile.GNU_FORMAT)
    write(hostile + "/pax.tar", [("x" * 200, tarfile.REGTYPE, "", b"")], tarfile.PAX_FORMAT)
    write(hostile + "/twice.tar", [("x", tarfile.REGTYPE, "", b"1"), ("x", tarfile.REGTYPE, "", b"2")])
    """

@Test(.enabled(if: python != nil, "TACTUS_PYTHON is not set"))
func pythonReadsWhatIsWrittenAndWhatItWritesIsRead() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try writeAtomically(TapeArchive.encode(members), to: folder("ours.tar"))
        try makeFolder(folder("hostile"))
        let result = try runPython(script, [folder("ours.tar"), folder("theirs.tar"), folder("hostile")])
        #expect(result.status == 0, "\(result.errors)")
        let read = try JSONField(JSONValue(parsing: Array(result.output.utf8))).elements().map { try $0.elements() }
        #expect(try read.map { try $0[0].string() } == members.map(\.name))
        for (fields, member) in zip(read, members) {
            #expect(try fields[1].bool() && fields[2].int() == 0o644 && fields[3].int() == 0 && fields[4].int() == 0)
            #expect(try fields[5].int() == 0 && fields[6].string() == "")
            #expect(try fields[7].elements().map { UInt8(try $0.int()) } == member.bytes)
        }
        #expect(
            try TapeArchive.decode(readBytes(of: folder("theirs.tar"))) == [
                .init(name: "a/x", bytes: [UInt8](repeating: 120, count: 700)), .init(name: "a/y", bytes: []),
            ])
        let hostile = try contents(ofFolder: folder("hostile"))
        #expect(hostile.count == 20)
        for file in hostile {
            let error = #expect(throws: InputError.self, "\(file)") {
                try TapeArchive.decode(readBytes(of: folder("hostile/" + file)), file: file)
            }
            #expect(error?.file == file && error?.field?.contains("\n") != true)
        }
    }
}

@Test func everyOtherByteOfAHeaderCountsAndEveryCutIsNoticed() throws {
    let archive = try TapeArchive.encode(members)
    for length in stride(from: 0, to: archive.count, by: 97) {
        #expect(throws: InputError.self, "\(length)") { try TapeArchive.decode(Array(archive[..<length])) }
    }
    for place in 0..<512 {
        var changed = archive
        changed[place] ^= 0x40
        // In front of the number, where it must not be read as a digit.
        #expect(throws: InputError.self, "\(place)") { try TapeArchive.decode(changed) }
    }
    for place in [archive.count - 1, archive.count - 600, 2 * 512 + 100] {
        var changed = archive
        changed[place] ^= 1
        #expect(throws: InputError.self, "\(place)") { try TapeArchive.decode(changed) }
    }
    #expect(throws: InputError.self) { try TapeArchive.decode(archive + [1]) }
}

/// Sizes that are not there, in every notation.
@Test(arguments: [
    "77777777777\0", "00000004000 ", "-0000000001\0", "0x000000001\0", "\u{80}          \u{1}", "            ",
])
func aSizeIsOctalAndThere(size: String) throws {
    var archive = try TapeArchive.encode([.init(name: "x", bytes: [1])])
    let bytes = size.unicodeScalars.map { UInt8($0.value) }
    archive.replaceSubrange(124..<136, with: bytes)
    archive.replaceSubrange(148..<156, with: Array("        ".utf8))
    let sum = String(archive[..<512].reduce(0) { $0 + Int($1) }, radix: 8)
    archive.replaceSubrange(148..<156, with: Array((String(repeating: "0", count: 6 - sum.count) + sum + "\0 ").utf8))
    let error = #expect(throws: InputError.self) { try TapeArchive.decode(archive) }
    #expect(error?.field == "x" && error?.problem.contains("checksum") == false, "\(String(describing: error))")
}

@Test(arguments: [
    "", "/a", "a/", "../a", "a/../b", "./a", "a//b", "a\\b", "a b", "é", "a\0b", String(repeating: "x", count: 101),
])
func aNameThatLeadsElsewhereIsNotWritten(name: String) {
    #expect(throws: InputError.self) { try TapeArchive.encode([.init(name: name, bytes: [])]) }
    #expect(throws: InputError.self) { try TapeArchive.encode([members[0], members[0]]) }
}
