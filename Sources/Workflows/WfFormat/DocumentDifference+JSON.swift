import Files

extension DocumentDifference {
    /// The differences as they stand on the wire.
    public var json: JSONValue {
        func element(_ element: Element?) -> JSONValue? {
            element.map { .object(JSONObject([("place", .integer($0.place)), ("value", $0.value)])) }
        }
        return .array(
            entries.map { entry in
                var object = JSONObject([("section", .string(entry.section.rawValue)), ("id", .string(entry.id))])
                object["before"] = element(entry.before)
                object["after"] = element(entry.after)
                return .object(object)
            })
    }

    /// Reads differences as they stand on the wire.
    ///
    /// - Throws: `InputError` that names the field.
    public init(_ field: JSONField) throws {
        func element(_ field: JSONField) throws -> Element {
            guard let value = field["value"].value else { throw field["value"].failure("is missing") }
            return Element(place: try field["place"].int(), value: value)
        }
        self.init(
            entries: try field.elements().map { field in
                guard let section = Section(rawValue: try field["section"].string()) else {
                    throw field["section"].failure("is not one of tasks, files, records")
                }
                return Entry(
                    section: section, id: try field["id"].string(),
                    before: try field["before"].ifPresent(element), after: try field["after"].ifPresent(element))
            })
    }
}
