import Files

extension SyntheticFamily {
    /// The members of an application of this kind beside those of every application.
    static let members: Set = [
        "family", "tasks", "width", "edgeProbability", "meanSeconds", "heterogeneity", "communicationRatio",
        "bandwidthBytesPerSecond",
    ]
    /// A width at the most.
    static let mostWidth = 100_000

    /// Reads the members of a family.
    ///
    /// - Throws: `InputError` that names the field.
    init(members field: JSONField) throws {
        let word = try field["family"].string()
        guard let form = Form(rawValue: word) else {
            throw field["family"].failure(
                "\"\(word)\" is not known; there are " + Form.allCases.map(\.rawValue).joined(separator: ", "))
        }
        self.init(form, tasks: try Distribution(field["tasks"], atLeast: 1))
        if let width = try field["width"].ifPresent({ try $0.int() }) {
            guard width >= 1, width <= Self.mostWidth else {
                throw field["width"].failure("is \(width), not between 1 and \(Self.mostWidth)")
            }
            self.width = width
        }
        edgeProbability = try field["edgeProbability"].ifPresent { try $0.share() } ?? edgeProbability
        meanSeconds = try field["meanSeconds"].ifPresent { try $0.positive() } ?? meanSeconds
        if let given = try field["heterogeneity"].ifPresent({ try $0.amount() }) {
            guard given <= 2 else { throw field["heterogeneity"].failure("is \(given), more than 2") }
            heterogeneity = given
        }
        communicationRatio = try field["communicationRatio"].ifPresent { try $0.amount() } ?? communicationRatio
        bandwidthBytesPerSecond =
            try field["bandwidthBytesPerSecond"].ifPresent { try $0.positive() } ?? bandwidthBytesPerSecond
    }

    /// Its members as they stand in a file.
    var fields: [(String, JSONValue)] {
        [
            ("family", .string(form.rawValue)), ("tasks", tasks.json), ("width", .integer(width)),
            ("edgeProbability", .number(edgeProbability)), ("meanSeconds", .number(meanSeconds)),
            ("heterogeneity", .number(heterogeneity)), ("communicationRatio", .number(communicationRatio)),
            ("bandwidthBytesPerSecond", .number(bandwidthBytesPerSecond)),
        ]
    }
}
