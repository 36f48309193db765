import Glibc

/// The stream for messages, which stay apart from what a command answers.
public enum StandardError {
    /// Whether a person watches it.
    public static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal; 80 where there is none.
    public static var columns: Int {
        var size = winsize()
        guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes `text` at once, whole where the system takes it.
    public static func write(_ text: String) { writeAtOnce(text, to: STDERR_FILENO) }
}

/// The stream for what a command answers, without the buffer that `print` has when no terminal reads.
public enum StandardOutput {
    /// Writes `text` at once, whole where the system takes it.
    public static func write(_ text: String) { writeAtOnce(text, to: STDOUT_FILENO) }
}

private func writeAtOnce(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    unsafe bytes.withUnsafeBytes { buffer in
        var done = 0
        while done < bytes.count {
            let rest = unsafe buffer.baseAddress?.advanced(by: done)
            let written = unsafe Glibc.write(descriptor, rest, bytes.count - done)
            guard written > 0 else { return }
            done += written
        }
    }
}
