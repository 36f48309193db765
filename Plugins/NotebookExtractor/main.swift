import Foundation
import NotebookFormat

// NotebookExtractor FILE NAME PROGRAM: writes the program of the notebook FILE, which messages call NAME.

let arguments = CommandLine.arguments
precondition(arguments.count == 4, "NotebookExtractor takes a notebook, its name and the program's file")
let text = try String(contentsOf: URL(filePath: arguments[1]), encoding: .utf8)
do {
    let program = try Notebook(text, name: arguments[2]).program
    try program.write(to: URL(filePath: arguments[3]), atomically: true, encoding: .utf8)
} catch let error as NotebookError {
    // The form in which a compiler tells of an error, so that editors find the line.
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
}
