import Files
import Layers

extension ModelRegistry {
    /// Everything that is wrong with a version, file by file: each is hashed anew and its arrays are read.
    ///
    /// - Parameter check: what else a whole version must pass, such as its self-test.
    public func damages(
        of name: CheckedName, _ version: Int, check: (ModelVersion) throws -> Void = { _ in }
    ) -> [InputError] {
        var damages: [InputError] = []
        do {
            let content = try content(of: name, version, keeping: ["weights.safetensors", "golden.safetensors"]) {
                damages.append($0)
            }
            if damages.isEmpty { try check(ModelVersion(content, from: folder(name, version))) }
        } catch let error as InputError {
            damages.append(error.file == nil ? error.in(folder(name, version)) : error)
        } catch {
            damages.append(InputError("an unexpected error: \(error)", file: folder(name, version)))
        }
        return damages
    }

    /// Everything that is wrong with a model beside its versions: aliases and logs that cannot be read or name a version
    /// that is not there, and what does not belong there.
    public func damages(of name: CheckedName) -> [InputError] {
        var damages: [InputError] = []
        func search(_ body: () throws -> Void) {
            do {
                try body()
            } catch {
                damages.append(error as? InputError ?? InputError("an unexpected error: \(error)", file: folder(name)))
            }
        }
        search {
            try checkFolder(name)
            for entry in try contents(ofFolder: folder(name)) where !belongs(entry, to: name) {
                damages.append(InputError("does not belong to a model", file: folder(name) + "/" + entry))
            }
        }
        guard damages.isEmpty || kind(of: folder(name)) == .folder else { return damages }
        search {
            let there = Set(try versions(of: name))
            for (alias, version) in try aliases(of: name).sorted(by: { $0.key < $1.key }) where !there.contains(version)
            {
                damages.append(
                    InputError(
                        "names version \(version), which is not there", file: folder(name) + "/aliases.json",
                        field: alias))
            }
        }
        search {
            _ = try aliasLog(of: name)
            // What is wrong with the aliases is told above.
            guard let aliases = try? aliases(of: name), let promoted = try? promoted(name) else { return }
            for version in try promoted.subtracting(aliases.values).subtracting(versions(of: name)).sorted() {
                damages.append(
                    InputError(
                        "tells of version \(version), which is not there: no rollback can come back to it",
                        file: folder(name) + "/aliases.log"))
            }
        }
        if let disagreement = disagreement(of: name) { damages.append(disagreement) }
        search { _ = try removals(of: name) }
        return damages
    }

    private func belongs(_ entry: String, to name: CheckedName) -> Bool {
        switch kind(of: folder(name) + "/" + entry) {
        case .folder:
            Self.version(ofFolder: entry) != nil || Self.isLeftover(entry) || entry.hasPrefix(Self.trainingPrefix)
        case .file: ["aliases.json", "aliases.log", "removed.log", ".lock"].contains(entry) || Self.isLeftover(entry)
        case .link, .other: false
        // It was there a moment ago.
        case nil: true
        }
    }

    /// Names below the registry's folder that models have, whether they have versions or not, and what is there that can
    /// be none: a folder whose name is no model's, a link, a device.
    public func entries() throws -> (models: [CheckedName], damages: [InputError]) {
        guard kind(of: path + "/") == .folder else { return ([], []) }
        var (models, damages) = ([CheckedName](), [InputError]())
        for entry in try contents(ofFolder: path) {
            let file = path + "/" + entry
            switch (kind(of: file), try? CheckedName(entry)) {
            case (.folder, let name?): models.append(name)
            case (.folder, nil): damages.append(InputError("is the folder of no model: its name is none", file: file))
            case (.link, _): damages.append(InputError("is a link, which is not followed here", file: file))
            case (.other, _): damages.append(InputError("is no plain file", file: file))
            // Notes of the user's own.
            case (.file, _), (nil, _): break
            }
        }
        return (models, damages)
    }
}
