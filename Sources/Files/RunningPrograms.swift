import Glibc

/// What a program came to that was run with a limit.
public struct ProgramEnding: Sendable, Equatable {
    /// How it ended.
    public enum Way: Sendable, Equatable {
        /// By itself, with a status.
        case exited(Int32)
        /// By a signal that it was not sent from here: a crash.
        case signalled(Int32)
        /// It was still there when its time was over, and was killed.
        case outOfTime
        /// It wrote more than it may, and was killed.
        case tooMuchOutput
    }

    /// How it ended.
    public var way: Way
    /// What it wrote to standard output, up to the limit.
    public var output: [UInt8]

    /// The end `way` behind `output`.
    public init(way: Way, output: [UInt8]) { (self.way, self.output) = (way, output) }
}

/// Runs the program at `path` to its end and for `limit` at the most.
///
/// It is the first of a process group of its own, which is killed whole at the end: nothing that it started in the group
/// stays behind, nor does the program itself where it has left the group. It reads nothing, inherits no open file, and what
/// it writes to standard error is dropped.
///
/// - Parameters:
///   - environment: all of its environment.
///   - outputLimit: bytes that it may write to standard output.
/// - Throws: `InputError` if it cannot be started.
public func runProgram(
    _ path: String, _ arguments: [String], environment: [String: String], within limit: Duration, outputLimit: Int
) throws -> ProgramEnding {
    let due = ContinuousClock.now + limit
    let (process, output) = try start(path, arguments, environment)
    defer { close(output) }
    var (written, way) = ([UInt8](), ProgramEnding.Way?.none)
    read: while way == nil {
        switch readSome(output, before: due) {
        case .bytes(let bytes):
            written += bytes
            if written.count > outputLimit { way = .tooMuchOutput }
        case .end: break read
        case .late: way = .outOfTime
        }
    }
    if way == nil, !waits(for: process, before: due) { way = .outOfTime }
    // Before it is let go of, so that the number cannot have become another's.
    kill(-process, SIGKILL)
    // It may have left its group, and is waited for.
    kill(process, SIGKILL)
    let own = end(of: process)
    return ProgramEnding(way: way ?? own, output: Array(written.prefix(outputLimit)))
}

private enum Piece {
    case bytes([UInt8])
    case end
    case late
}

private func readSome(_ descriptor: Int32, before due: ContinuousClock.Instant) -> Piece {
    while true {
        let left = due - .now
        guard left > .zero else { return .late }
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // In pieces, since the wait counts in milliseconds that fit 32 bits.
        guard unsafe poll(&watched, 1, Int32(min(left / .milliseconds(1), 1000).rounded(.up))) > 0 else { continue }
        let room = 1 << 14
        var bytes = [UInt8](repeating: 0, count: room)
        let done = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, room) }
        if done < 0 {
            if errno == EINTR { continue }
            return .end
        }
        return done == 0 ? .end : .bytes(Array(bytes.prefix(done)))
    }
}

/// Whether `process` has ended before `due`; it is not let go of.
private func waits(for process: pid_t, before due: ContinuousClock.Instant) -> Bool {
    var pause: UInt32 = 500
    while true {
        var found = unsafe siginfo_t()
        let result = unsafe waitid(P_PID, id_t(process), &found, WEXITED | WNOWAIT | WNOHANG)
        if result == 0, unsafe found._sifields._kill.si_pid == process { return true }
        if result != 0, errno != EINTR { return true }
        guard ContinuousClock.now < due else { return false }
        usleep(pause)
        pause = min(2 * pause, 20_000)
    }
}

private func end(of process: pid_t) -> ProgramEnding.Way {
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 {
        guard errno == EINTR else { return .exited(-1) }
    }
    let signal = status & 0x7F
    return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
}

/// Starts a program in a process group of its own; its number, and where its output is read.
private func start(
    _ path: String, _ arguments: [String], _ environment: [String: String]
) throws -> (process: pid_t, output: Int32) {
    guard !([path] + arguments).contains(where: { $0.utf8.contains(0) }) else {
        throw InputError("a path holds no NUL")
    }
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw systemError(path) }
    defer { close(ends[1]) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var files = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&files)
    defer { unsafe posix_spawn_file_actions_destroy(&files) }
    unsafe posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO)
    unsafe posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    for open in (try? contents(ofFolder: "/proc/self/fd").compactMap(Int32.init)) ?? [] where open > STDERR_FILENO {
        unsafe posix_spawn_file_actions_addclose(&files, open)
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var (all, none) = (sigset_t(), sigset_t())
    unsafe sigfillset(&all)
    unsafe sigemptyset(&none)
    // A server ignores signals that must end this program.
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var process: pid_t = 0
    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let problem = unsafe withPointers(to: [path] + arguments) { words in
        unsafe withPointers(to: variables) { variables in
            unsafe posix_spawn(&process, path, &files, &attributes, words, variables)
        }
    }
    guard problem == 0 else {
        close(ends[0])
        errno = problem
        throw systemError(path)
    }
    return (process, ends[0])
}

/// Calls `body` with the texts as C has them, and a null behind them.
private func withPointers<Result>(
    to texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers = unsafe texts.map { unsafe strdup($0) } + [nil]
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("no pointer behind \(texts.count) texts") }
        return unsafe body(base)
    }
}
