/// A page in Markdown whose blocks of Swift are one program, from top to bottom, and whose blocks of text show what it
/// prints.
///
///     ```swift
///     print(6 * 7)
///     ```
///     ```text
///     42
///     ```
///
/// Blocks of `sh` are commands for the reader. Fences of another kind are refused: a word that is misspelt would take code
/// out of the program.
public struct Notebook {
    /// What stands between two fences.
    public struct Block: Equatable {
        /// What a block is.
        public enum Kind: String {
            /// A part of the program.
            case swift
            /// What the program prints.
            case text
            /// A command for the reader.
            case sh
        }

        /// What it is.
        public var kind: Kind
        /// The number of the first line between the fences, from 1.
        public var line: Int
        /// The lines between the fences.
        public var lines: [String]
    }

    /// What the page is called in messages: its path.
    public let name: String
    /// The blocks, in their order.
    public let blocks: [Block]

    /// The notebook in `text`.
    ///
    /// - Throws: ``NotebookError`` with the line of a fence that is of no known kind or is not closed, or of a text that
    ///   no program stands above.
    public init(_ text: String, name: String) throws(NotebookError) {
        var (blocks, open): ([Block], Block?) = ([], nil)
        for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.hasPrefix("```") else {
                open?.lines.append(String(line))
                continue
            }
            if let block = open {
                guard line == "```" else {
                    throw NotebookError(name: name, line: place + 1, reason: "this fence is in a block")
                }
                blocks.append(block)
                open = nil
                continue
            }
            guard let kind = Block.Kind(rawValue: String(line.dropFirst(3))) else {
                throw NotebookError(
                    name: name, line: place + 1, reason: "\"\(line)\" begins neither swift nor text nor sh")
            }
            if kind == .text, !blocks.contains(where: { $0.kind == .swift }) {
                throw NotebookError(name: name, line: place + 1, reason: "no program above printed this text")
            }
            open = Block(kind: kind, line: place + 2, lines: [])
        }
        if let open { throw NotebookError(name: name, line: open.line - 1, reason: "this fence is not closed") }
        (self.name, self.blocks) = (name, blocks)
    }

    /// The source of the program, in which errors and traps are those of the notebook's lines.
    public var program: String {
        var source = ""
        for block in blocks where block.kind == .swift {
            source += "#sourceLocation(file: \"\(name)\", line: \(block.line))\n"
            for line in block.lines { source += line + "\n" }
        }
        return source + "#sourceLocation()\n"
    }

    /// The lines that the program prints, each with its number in the notebook.
    public var output: [(line: Int, text: String)] {
        blocks.filter { $0.kind == .text }.flatMap { block in
            block.lines.enumerated().map { (block.line + $0.offset, $0.element) }
        }
    }
}

/// Why a page is no notebook.
public struct NotebookError: Error, Equatable, CustomStringConvertible {
    /// What the page is called.
    public var name: String
    /// The line, from 1.
    public var line: Int
    /// What is wrong there.
    public var reason: String

    /// The place and the reason, as compilers write them.
    public var description: String { "\(name):\(line): error: \(reason)" }
}
