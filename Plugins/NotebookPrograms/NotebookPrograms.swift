import PackagePlugin

/// Makes the source of a notebook's program, `notebooks-md/<target>.md`, each time that the notebook changed.
@main
struct NotebookPrograms: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let root = context.package.directoryURL
        let path = "notebooks-md/\(target.name).md"
        let notebook = root.appending(path: path)
        let program = context.pluginWorkDirectoryURL.appending(path: "main.swift")
        return [
            .buildCommand(
                displayName: "Extracting \(path)", executable: try context.tool(named: "NotebookExtractor").url,
                arguments: [notebook.path, path, program.path], inputFiles: [notebook], outputFiles: [program])
        ]
    }
}
