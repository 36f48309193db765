import Files

/// What differs between two documents of a workflow: tasks, files and records that came, went or were changed.
///
/// It is exact: the one document becomes the other, to the byte when written, in both directions.
public struct DocumentDifference: Sendable, Equatable {
    /// A list of a document.
    public enum Section: String, Sendable, CaseIterable {
        /// `workflow.specification.tasks`
        case tasks
        /// `workflow.specification.files`
        case files
        /// `workflow.execution.tasks`
        case records

        fileprivate var path: [String] {
            switch self {
            case .tasks: ["workflow", "specification", "tasks"]
            case .files: ["workflow", "specification", "files"]
            case .records: ["workflow", "execution", "tasks"]
            }
        }
    }

    /// An element of a list that is another.
    public struct Entry: Sendable, Equatable {
        /// Where it stands.
        public var section: Section
        /// What it is about.
        public var id: String
        /// Its place and what stood there; nil where it came.
        public var before: Element?
        /// Its place and what stands there now; nil where it went.
        public var after: Element?
    }

    /// An element at its place.
    public struct Element: Sendable, Equatable {
        /// Its place in the list.
        public var place: Int
        /// The element.
        public var value: JSONValue
    }

    /// What differs, by section; in each, what was changed or went in its old order, then what came.
    public private(set) var entries: [Entry]

    /// The differences between `old` and `new`, which have the elements that they share in one order.
    public init(from old: WfFormatDocument, to new: WfFormatDocument) {
        entries = Section.allCases.flatMap { section in
            Self.entries(section, Self.list(section, of: old.json), Self.list(section, of: new.json))
        }
    }

    init(entries: [Entry]) { self.entries = entries }

    /// The way back.
    public var reversed: DocumentDifference {
        DocumentDifference(
            entries: entries.map { Entry(section: $0.section, id: $0.id, before: $0.after, after: $0.before) })
    }

    private static func list(_ section: Section, of json: JSONValue) -> [JSONValue] {
        section.path.reduce(json) { $0?[$1] }?.array ?? []
    }

    /// The identifier of each element and how many with the same stood before it.
    private static func keys(_ elements: [JSONValue]) -> [String] {
        var counts: [String: Int] = [:]
        return elements.map { element in
            let id = element["id"]?.string ?? ""
            counts[id, default: 0] += 1
            return "\(counts[id] ?? 0) \(id)"
        }
    }

    private static func entries(_ section: Section, _ old: [JSONValue], _ new: [JSONValue]) -> [Entry] {
        let (oldKeys, newKeys) = (keys(old), keys(new))
        let newPlaces = Dictionary(newKeys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var entries: [Entry] = []
        for (place, key) in oldKeys.enumerated() {
            let found = newPlaces[key]
            if let found, new[found] == old[place] { continue }
            entries.append(
                Entry(
                    section: section, id: old[place]["id"]?.string ?? "",
                    before: Element(place: place, value: old[place]),
                    after: found.map { Element(place: $0, value: new[$0]) }))
        }
        let known = Set(oldKeys)
        for (place, key) in newKeys.enumerated() where !known.contains(key) {
            entries.append(
                Entry(
                    section: section, id: new[place]["id"]?.string ?? "", before: nil,
                    after: Element(place: place, value: new[place])))
        }
        return entries
    }

    /// `document` with the differences carried out.
    ///
    /// - Throws: `InputError` that names an element which is not what it was when they were taken; one whose
    ///   list has elements that come to no place in it.
    public func applied(to document: WfFormatDocument) throws -> WfFormatDocument {
        var json = document.json
        for section in Section.allCases {
            let own = entries.filter { $0.section == section }
            guard !own.isEmpty else { continue }
            json = Self.setting(section.path[...], of: json, to: try Self.changed(Self.list(section, of: json), own))
        }
        return try WfFormatDocument(json)
    }

    private static func changed(_ list: [JSONValue], _ entries: [Entry]) throws -> [JSONValue] {
        var slots = list.map(Optional.some)
        for case (let entry, let before?) in entries.map({ ($0, $0.before) }) {
            guard slots.indices.contains(before.place), slots[before.place] == before.value else {
                throw InputError(
                    "\"\(entry.id)\" is no longer what it was", field: "\(entry.section.path.joined(separator: "."))")
            }
            slots[before.place] = nil
        }
        // What stays keeps its order around what comes to its places.
        let came = Dictionary(
            entries.compactMap { entry in entry.after.map { ($0.place, $0.value) } },
            uniquingKeysWith: { first, _ in first })
        let kept = slots.compactMap { $0 }
        var stays = kept.makeIterator()
        var result: [JSONValue] = []
        while true {
            if let value = came[result.count] {
                result.append(value)
            } else if let value = stays.next() {
                result.append(value)
            } else {
                break
            }
        }
        let count = kept.count + entries.count { $0.after != nil }
        guard result.count == count else {
            throw InputError(
                "\(count - result.count) elements have places that the list does not reach, or that others have too",
                field: "\(entries[0].section.path.joined(separator: "."))")
        }
        return result
    }

    private static func setting(_ path: ArraySlice<String>, of json: JSONValue, to list: [JSONValue]) -> JSONValue {
        guard let key = path.first else { return .array(list) }
        var object = json.object ?? JSONObject()
        object[key] = setting(path.dropFirst(), of: object[key] ?? .object(JSONObject()), to: list)
        return .object(object)
    }
}
