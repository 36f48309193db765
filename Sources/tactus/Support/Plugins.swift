import Files
import Foundation
import Models
import Settings

/// What became of a plugin that the settings name.
struct PluginFinding {
    /// Its path, absolute.
    let path: String
    /// What it is, or why it is refused.
    let result: Result<PluginDescription, InputError>
}

extension Settings {
    /// The kinds of model that are built in and those of the plugins that the settings name; one that is refused is told
    /// as a warning.
    func catalog() -> Catalog {
        let (catalog, findings) = catalogWithFindings()
        for case .failure(let error) in findings.map(\.result) { note("warning: \(error)") }
        return catalog
    }

    /// The same with what became of each plugin.
    func catalogWithFindings() -> (catalog: Catalog, findings: [PluginFinding]) {
        var catalog = Catalog()
        // Within the limit of the step in which a version is tried, so that it is the trial that tells why.
        let loader = PluginLoader(limit: .seconds(0.8 * modelStepSeconds))
        let findings = plugins.map { stated in
            let path = URL(fileURLWithPath: stated.value).standardizedFileURL.path
            do {
                return PluginFinding(path: path, result: .success(try loader.load(path, into: &catalog)))
            } catch {
                let problem = (error as? InputError)?.problem ?? "\(error)"
                return PluginFinding(
                    path: path,
                    result: .failure(stated.failure("the plugin \(lastComponent(of: path)) is refused: \(problem)")))
            }
        }
        return (catalog, findings)
    }
}

extension SettingsOptions {
    /// The kinds of model that there are.
    func catalog() throws -> Catalog { try read().catalog() }
}
