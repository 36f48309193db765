import Files
import Foundation
import TestSupport
import Testing

/// A history of two types, of which the LSTM has something to learn for several epochs.
private func writeHistory(in folder: TemporaryFolder, rows: Int = 120) throws {
    let header = "task_id\tprocess\tstatus\texit\tcpus\tsubmit\tcomplete\trealtime\t%cpu\tpeak_rss\tlines"
    let lines = (0..<rows).map { place -> String in
        let (time, phase) = (place * 9000, place % 24)
        let duration = 1000 + 200 * (phase < 12 ? phase : 24 - phase)
        return
            "\(place)\t\(place % 3 == 0 ? "sort" : "align")\tCOMPLETED\t0\t1\t\(time)\t\(time + duration)\t\(duration)\t"
            + "\(80 + phase)\t\(1_000_000 + phase * 50_000)\t\(100 + place % 7)"
    }
    try folder.write(([header] + lines).joined(separator: "\n"), to: "traces/wf.trace.txt")
    let imported = try run(program, ["import", "traces", "--into", "h.h5"], in: folder.path)
    #expect(imported.status == 0, "\(imported.errors)")
}

/// `tactus train predictor` of the kind LSTM, in a process of its own.
private final class Training {
    private let process = Process()
    private let output: String
    private let errorsPath: String

    init(in folder: TemporaryFolder, models: String, _ arguments: [String] = []) throws {
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments =
            ["train", "predictor", "--history", "h.h5", "--model", "lstm", "--models", models] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        output = try folder.write("", to: "train-\(UUID().uuidString).out")
        errorsPath = try folder.write("", to: "train-\(UUID().uuidString).err")
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errorsPath)
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Waits until `condition` holds, as long as the process runs.
    func wait(for condition: () -> Bool) throws {
        while !condition() {
            guard process.isRunning else { throw InputError("the training ended too early: \(errors)") }
            Thread.sleep(forTimeInterval: 0.002)
        }
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for the end; the exit status, or minus the signal that ended it.
    func end() -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    var errors: String { (try? String(contentsOfFile: errorsPath, encoding: .utf8)) ?? "" }
}

/// Steps that are in the log.
private func steps(_ folder: TemporaryFolder, _ log: String) -> Int {
    let text = (try? String(contentsOfFile: folder("\(log)/run.jsonl"), encoding: .utf8)) ?? ""
    return text.components(separatedBy: "\"event\":\"step\"").count - 1
}

private func weights(_ folder: TemporaryFolder, _ models: String) throws -> String {
    try sha256(ofFile: folder("\(models)/predictor/1/weights.safetensors"))
}

private let checkpoint = "predictor/tmp-training-lstm/checkpoint.safetensors"

/// Interrupted, killed and stopped at once, each time in another epoch, and resumed each time.
@Test func anInterruptedTrainingThatIsResumedPublishesTheSameWeights() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try writeHistory(in: folder)
        let whole = try Training(in: folder, models: "whole", ["--log-dir", "log", "--log-steps"])
        #expect(whole.end() == 0, "\(whole.errors)")
        #expect(try contents(ofFolder: folder("whole/predictor")) == [".lock", "1"])
        let total = steps(folder, "log")
        #expect(total >= 16, "\(total) steps are too few for this test")

        let logging = ["--log-dir", "parts-log", "--log-steps"]
        let interrupted = try Training(in: folder, models: "parts", logging)
        try interrupted.wait { steps(folder, "parts-log") > 2 }
        interrupted.signal(SIGINT)
        #expect(interrupted.end() == 130, "\(interrupted.errors)")
        #expect(interrupted.errors.contains("interrupted in epoch "), "\(interrupted.errors)")
        #expect(interrupted.errors.contains("the same command with --resume goes on from there"))
        #expect(steps(folder, "parts-log") < total)
        #expect(try contents(ofFolder: folder("parts/predictor")) == ["tmp-training-lstm"])

        let terminated = try Training(in: folder, models: "parts", logging + ["--resume"])
        try terminated.wait { steps(folder, "parts-log") > 6 }
        terminated.signal(SIGTERM)
        #expect(terminated.end() == 130 && terminated.errors.contains("interrupted in epoch "))
        let done = steps(folder, "parts-log")
        #expect(done < total)

        let killed = try Training(in: folder, models: "parts", logging + ["--resume"])
        try killed.wait { steps(folder, "parts-log") > done + 2 }
        killed.signal(SIGKILL)
        #expect(killed.end() == -SIGKILL)

        let twice = try Training(in: folder, models: "parts", ["--resume", "--log-dir", "third-log"])
        try twice.wait { kind(of: folder("third-log/run.jsonl")) == .file }
        // Held, so that it meets both signals at the same moment and no step lies between them.
        for number in [SIGSTOP, SIGINT, SIGTERM, SIGCONT] { twice.signal(number) }
        #expect(twice.end() == 130 && !twice.errors.contains("interrupted in epoch "), "\(twice.errors)")

        let trained = try Training(in: folder, models: "parts", ["--resume"])
        try trained.wait { trained.errors.contains("train lstm: \(total) of ") }
        trained.signal(SIGINT)
        #expect(trained.end() == 130 && trained.errors.contains("interrupted after the training"), "\(trained.errors)")

        let last = try Training(in: folder, models: "parts", ["--resume"])
        #expect(last.end() == 0, "\(last.errors)")
        #expect(try weights(folder, "parts") == weights(folder, "whole"))
        #expect(try contents(ofFolder: folder("parts/predictor")) == [".lock", "1"])
        try checkLog(folder, progress: whole.errors)
    }
}

/// What the uninterrupted training told in its log and on standard error.
private func checkLog(_ folder: TemporaryFolder, progress: String) throws {
    let lines = try readText(of: folder("log/run.jsonl")).split(separator: "\n").map {
        JSONField(try JSONValue(parsing: Array($0.utf8)))
    }
    #expect(try lines[0]["event"].string() == "run" && lines[0]["configuration"]["kind"].string() == "lstm")
    #expect(try lines[0]["configuration"]["architecture"]["hidden"].int() == 64)
    let epochs = try lines.filter { try $0["event"].string() == "epoch" }
    #expect(try epochs.map { try $0["epoch"].int() } == Array(1...epochs.count))
    let events = try contents(ofFolder: folder("log")).filter { $0.hasPrefix("events.out.tfevents.") }
    #expect(events.count == 1)
    // Where no terminal is, progress is plain lines.
    #expect(progress.contains("train lstm: ") && !progress.contains("\r"), "\(progress)")
}

@Test func aCheckpointIsKeptFromOthersAndReplacedWithALine() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try writeHistory(in: folder)
        func train(_ arguments: [String], history: String = "h.h5") throws -> ProgramResult {
            try run(
                program, ["train", "predictor", "--history", history, "--model", "lstm", "--models", "m"] + arguments,
                in: folder.path)
        }
        let nothing = try train(["--resume"])
        #expect(nothing.status == 1 && nothing.errors.contains("there is nothing to resume"), "\(nothing.errors)")

        let first = try Training(in: folder, models: "m", ["--log-dir", "log", "--log-steps"])
        try first.wait { steps(folder, "log") > 0 }
        let beside = try train([])
        #expect(beside.status == 1 && beside.errors.contains("another training of predictor, kind lstm, is under way"))
        first.signal(SIGINT)
        #expect(first.end() == 130)
        let before = try readBytes(of: folder("m/\(checkpoint)"))

        let seed = try train(["--resume", "--seed", "2"])
        #expect(seed.status == 1 && seed.errors.contains("field seed: is \"1\"; this run's is \"2\""), "\(seed.errors)")
        try folder.write("task_id\tprocess\tstatus\texit\trealtime\n1\tp\tCOMPLETED\t0\t5\n", to: "more.trace.txt")
        #expect(try run(program, ["import", "more.trace.txt", "--into", "h.h5"], in: folder.path).status == 0)
        let data = try train(["--resume"])
        #expect(data.status == 1 && data.errors.contains("field history: is "), "\(data.errors)")
        #expect(try readBytes(of: folder("m/\(checkpoint)")) == before)

        // Too little for epochs is another history as well, and nothing to publish in place of what was interrupted.
        #expect(try run(program, ["import", "more.trace.txt", "--into", "small.h5"], in: folder.path).status == 0)
        let small = try train(["--resume"], history: "small.h5")
        #expect(small.status == 1 && small.errors.contains("field history: leaves too little"), "\(small.errors)")
        #expect(try contents(ofFolder: folder("m/predictor")) == ["tmp-training-lstm"])
        #expect(try readBytes(of: folder("m/\(checkpoint)")) == before)

        // Another kind of the same name is published beside it.
        let linear = try run(
            program, ["train", "predictor", "--history", "h.h5", "--model", "linear", "--models", "m"], in: folder.path)
        #expect(linear.status == 0, "\(linear.errors)")
        #expect(try readBytes(of: folder("m/\(checkpoint)")) == before)

        let anew = try train(["--json"])
        #expect(anew.status == 0, "\(anew.errors)")
        #expect(anew.errors.contains("the checkpoint of a training that was interrupted is replaced"))
        #expect(try contents(ofFolder: folder("m/predictor")) == [".lock", "1", "2"])
    }
}

@Test(arguments: [["--resume"], ["--log-dir", "log"]])
func aKindWithoutEpochsHasNothingToResumeOrToLog(arguments: [String]) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try writeHistory(in: folder, rows: 12)
        let result = try run(
            program, ["train", "predictor", "--history", "h.h5", "--model", "linear"] + arguments, in: folder.path)
        #expect(result.status == 1)
        #expect(result.errors.contains("the kind linear is not trained by epochs"), "\(result.errors)")
        #expect(kind(of: folder("models")) == nil)
    }
}

/// Trained again on the same history, a version has nothing on which it could be compared: that is told before the training,
/// and again, as the reason, where it is refused.
@Test func aRefusedPromotionTellsWhyThereWasNoComparison() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        // Six types, half of which a line fits and half a median, so that the best of each type beats every rule.
        let rows = (0..<240).map { place in
            let (time, round, type) = (place * 20_000, place / 6, place % 6)
            let lines = 100 + round % 7 * 50
            let duration = type % 2 == 0 ? 1000 + 5 * lines * (type + 1) : round % 4 == 0 ? 90_000 : 5000
            return "\(place)\tt\(type)\tCOMPLETED\t0\t\(time)\t\(time + duration)\t\(duration)\t\(lines)"
        }
        try folder.write(
            (["task_id\tprocess\tstatus\texit\tsubmit\tcomplete\trealtime\tlines"] + rows).joined(separator: "\n"),
            to: "wf.trace.txt")
        let imported = try run(program, ["import", "wf.trace.txt", "--into", "h.h5"], in: folder.path)
        #expect(imported.status == 0, "\(imported.errors)")
        func train(_ arguments: String...) throws -> ProgramResult {
            try run(
                program, ["train", "predictor", "--history", "h.h5", "--model", "statistics"] + arguments,
                in: folder.path)
        }
        let first = try train("--promote")
        #expect(first.status == 0 && first.output.hasSuffix("predictor 1 is the champion\n"), "\(first)")
        #expect(!first.errors.contains("champion"), "\(first.errors)")
        let again = try train("--promote", "--json")
        let lines = again.errors.split(separator: "\n")
        #expect(again.status == 1 && lines.count == 2, "\(again.errors)")
        #expect(
            lines.first?.hasPrefix("no execution was submitted after the data of the champion, predictor 1, ended: ")
                == true)
        let cause = "no tested execution was submitted after its data ended"
        #expect(
            lines.last?.hasPrefix(
                "Error: predictor 2 was not promoted: it was not compared with the champion, version 1, on executions new "
                    + "to both: \(cause); newer ones, or another folder of models (--models), would let it be compared; "
            )
                == true)
        let answer = JSONField(try JSONValue(parsing: Array(again.output.utf8)))
        #expect(try answer["notCompared"].string() == cause && !answer["promoted"].bool())
        #expect(
            try readText(of: folder("models/predictor/2/card.md")).contains(
                "It was not compared with the champion, version 1: \(cause)."))
        // In a folder of its own there is no champion, as the help says.
        let own = try train("--promote", "--models", "own-models")
        #expect(own.status == 0 && own.output.hasSuffix("predictor 1 is the champion\n"), "\(own)")
    }
}

/// What the examples train does not compete with the champion that is shipped in `models`, whose data is newer than theirs.
@Test(arguments: [[], ["train"], ["train", "predictor"]])
func theExampleOfATrainingNamesAFolderOfItsOwn(command: [String]) throws {
    let help = try run(program, command + ["--help"]).output
    let examples = help.split(separator: "\n").filter {
        $0.hasPrefix("  tactus train predictor") && $0.contains("--promote")
    }
    #expect(!examples.isEmpty && examples.allSatisfy { $0.contains("--models own-models") }, "\(help)")
}
