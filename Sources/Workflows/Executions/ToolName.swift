/// Names of tools, as what a workflow system records of them has them; without versions and in small letters, so that the same
/// tool is found again in other workflows.
public enum ToolName {
    /// That of a container's image: `quay.io/biocontainers/samtools:1.17--h00cdaf9_0` is of `samtools`, and so is the file
    /// `quay.io-biocontainers-samtools-1.17--h00cdaf9_0.img` that Nextflow pulls it to; nil where nothing is left.
    public static func ofImage(_ image: String) -> String? {
        var name = lastComponent(image).prefix { $0 != "@" && $0 != ":" }
        if let suffix = fileSuffixes.first(where: { name.hasSuffix($0) }) {
            name = name.dropLast(suffix.count)
            let parts = name.split(separator: "-", maxSplits: 2)
            if parts.count == 3, parts[0].contains(".") { name = parts[2] }
        }
        // Several tools in one image have a digest for a name, and no version in it.
        guard !name.hasPrefix("mulled-v") else { return checked(name) }
        return checked(withoutVersion(name))
    }

    /// That of the first environment module of a list such as `[samtools/1.17]`; nil where there is none.
    public static func ofModules(_ modules: String) -> String? {
        let first = modules.drop { $0 == "[" || $0 == " " }.prefix { !",:] ".contains($0) }
        return checked(first.prefix { $0 != "/" })
    }

    /// That of the program of a command or shell script: its first word that is no assignment, no part of the shell and no
    /// preparation such as `mkdir`; of an interpreter's, the script; nil where there is none.
    public static func ofCommand(_ command: String) -> String? {
        guard command.contains(where: \.isWhitespace) else { return checked(lastComponent(command)) }
        for line in command.replacing("\\\n", with: " ").split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, words.dropFirst().first != "=" else { continue }
            let isInterpreted = interpreters.contains(String(first))
            let program = isInterpreted ? words.dropFirst().first { !$0.hasPrefix("-") } : first
            guard let name = program.flatMap({ checked(lastComponent(String($0))) }), !preparations.contains(name)
            else { continue }
            return name
        }
        return nil
    }

    private static let fileSuffixes = [".img", ".sif", ".simg", ".sqsh"]
    private static let interpreters: Set = [
        "python", "python2", "python3", "Rscript", "perl", "bash", "sh", "ruby", "java", "env", "time",
    ]
    /// Parts of the shell, and programs that only make ready for another one.
    private static let preparations: Set = [
        "set", "unset", "export", "source", "ulimit", "umask", "trap", "local", "declare", "eval", "exec", "shopt",
        "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "function", "test",
        "true", "false", "exit", "return", "cd", "echo", "printf", "mkdir", "cp", "mv", "ln", "rm", "touch", "chmod",
        "cat", "find", "which", "end_versions",
    ]

    private static func lastComponent(_ path: String) -> Substring {
        path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
    }

    /// What stands before the first `-` or `_` that a digit, or `v` and a digit, follows.
    private static func withoutVersion(_ name: Substring) -> Substring {
        let end = name.indices.first { place in
            guard name[place] == "-" || name[place] == "_" else { return false }
            var rest = name[place...].dropFirst()
            if rest.first == "v" { rest = rest.dropFirst() }
            return rest.first?.isNumber == true
        }
        return name[..<(end ?? name.endIndex)]
    }

    /// `name` in small letters; nil unless it begins with a letter and consists of letters, digits and `._+-`.
    private static func checked(_ name: Substring) -> String? {
        guard let first = name.first, first.isLetter,
            name.allSatisfy({ $0.isLetter || $0.isNumber || "._+-".contains($0) })
        else { return nil }
        return name.lowercased()
    }
}
