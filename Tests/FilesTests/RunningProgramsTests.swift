import Files
import Foundation
import TestSupport
import Testing

private func shell(
    _ script: String, within seconds: Double = 20, outputLimit: Int = 1000, environment: [String: String] = [:]
) throws -> ProgramEnding {
    try runProgram(
        "/bin/sh", ["-c", script], environment: environment, within: .seconds(seconds), outputLimit: outputLimit)
}

@Test func programsEndWithTheirOutputAndStatus() throws {
    #expect(try shell("printf 'a b'; echo lost >&2") == ProgramEnding(way: .exited(0), output: Array("a b".utf8)))
    #expect(try shell("exit 7") == ProgramEnding(way: .exited(7), output: []))
    #expect(try shell("kill -SEGV $$").way == .signalled(SIGSEGV))
    // Its own SIGTERM and SIGINT, which a server ignores, end it.
    #expect(try shell("kill -TERM $$").way == .signalled(SIGTERM))
    #expect(throws: InputError("no such file or folder", file: "/no/program")) {
        try runProgram("/no/program", [], environment: [:], within: .seconds(1), outputLimit: 1)
    }
}

@Test func programsHaveOnlyTheEnvironmentAndTheFilesThatTheyAreGiven() throws {
    let told = try shell("echo $HOME$A; cat; ls /proc/self/fd", environment: ["A": "b", "PATH": "/usr/bin:/bin"])
    // Beside the three streams there is the folder that is listed.
    #expect(String(decoding: told.output, as: UTF8.self) == "b\n0\n1\n2\n3\n")
}

@Test func programsThatDoNotEndAreKilledWithAllThatTheyStarted() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let began = ContinuousClock.now
        for script in [
            "sleep 100 & echo $! > \(folder("pid")); wait", "exec 1>&-; sleep 100 & echo $! > \(folder("pid")); wait",
            // It has ended, and what it started holds its output.
            "sleep 100 & echo $! > \(folder("pid"))",
        ] {
            #expect(try shell(script, within: 0.5).way == .outOfTime)
            try expectGone(folder)
        }
        // What holds nothing is not waited for, and does not stay.
        #expect(try shell("sleep 100 >/dev/null & echo $! > \(folder("pid")); exit 3").way == .exited(3))
        try expectGone(folder)
        #expect(ContinuousClock.now - began < .seconds(30))
    }
}

@Test func aProgramThatLeavesItsGroupIsKilledAllTheSame() throws {
    let began = ContinuousClock.now
    // It joins the group of the process that started it.
    let ending = try runProgram(
        "/usr/bin/perl", ["-e", "$| = 1; setpgrp(0, getpgrp(getppid())); print getpgrp() == $$; sleep 20"],
        environment: [:], within: .seconds(2), outputLimit: 10)
    #expect(ending == ProgramEnding(way: .outOfTime, output: []))
    #expect(ContinuousClock.now - began < .seconds(15))
}

@Test func programsThatWriteTooMuchAreKilled() throws {
    let began = ContinuousClock.now
    let ending = try shell("while :; do echo aaaaaaaaa; done", outputLimit: 50)
    #expect(ending.way == .tooMuchOutput && ending.output.count == 50)
    #expect(ContinuousClock.now - began < .seconds(10))
    #expect(try shell("printf '%050d' 0", outputLimit: 50).way == .exited(0))
}

/// Waits until the process whose number stands in the file `pid` is no more.
private func expectGone(_ folder: TemporaryFolder) throws {
    let text = try String(contentsOfFile: folder("pid"), encoding: .utf8)
    let process = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    for _ in 0..<200 {
        // One that has ended and that nobody has let go of yet has no command line.
        let line = try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
        if line == nil || line?.isEmpty == true { return }
        Thread.sleep(forTimeInterval: 0.01)
    }
    Issue.record("process \(process) is still there")
    kill(process, SIGKILL)
}
