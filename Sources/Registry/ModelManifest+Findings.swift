extension ModelManifest {
    /// How many of the held-out executions stayed at or below the quantiles that were forecast.
    public struct Calibration: Codable, Hashable, Sendable {
        /// The share at or below the quantile 0.05.
        public var coverage05: Double
        /// The share at or below the median.
        public var coverage50: Double
        /// The share at or below the quantile 0.95.
        public var coverage95: Double
        /// The task type with 50 executions or more that the quantile 0.95 covers least; absent where none has so many.
        public var worstType: String?
        /// The share of that type at or below the quantile 0.95.
        public var worstTypeCoverage95: Double?

        /// What was found.
        public init(
            coverage05: Double, coverage50: Double, coverage95: Double, worstType: String? = nil,
            worstTypeCoverage95: Double? = nil
        ) {
            self.coverage05 = coverage05
            self.coverage50 = coverage50
            self.coverage95 = coverage95
            self.worstType = worstType
            self.worstTypeCoverage95 = worstTypeCoverage95
        }
    }

    /// What the champion of that time came to on executions that neither had seen.
    public struct Champion: Codable, Hashable, Sendable {
        /// Its version.
        public var version: Int
        /// SHA-256 of its manifest; absent in manifests that were made before it was recorded.
        public var digest: String?
        /// Executions that both were asked about.
        public var rows: Int
        /// Accuracy of the champion.
        public var accuracy: Double
        /// Accuracy of this version minus that of the champion, paired by task type.
        public var difference: Double
        /// Lower bound of the difference's 95 % interval.
        public var low: Double
        /// Its upper bound.
        public var high: Double

        /// What was found.
        public init(
            version: Int, digest: String? = nil, rows: Int, accuracy: Double, difference: Double, low: Double,
            high: Double
        ) {
            self.version = version
            self.digest = digest
            self.rows = rows
            self.accuracy = accuracy
            self.difference = difference
            self.low = low
            self.high = high
        }
    }

    /// The losses of one epoch of the training.
    public struct Epoch: Codable, Hashable, Sendable {
        /// From 1.
        public var epoch: Int
        /// The mean loss over the training samples.
        public var trainingLoss: Double
        /// The loss on the validation samples, after the epoch.
        public var validationLoss: Double

        /// An epoch.
        public init(epoch: Int, trainingLoss: Double, validationLoss: Double) {
            self.epoch = epoch
            self.trainingLoss = trainingLoss
            self.validationLoss = validationLoss
        }
    }

    /// The registry that a version was imported from knew it by this.
    public struct Origin: Codable, Hashable, Sendable {
        /// Its version there.
        public var version: Int
        /// SHA-256 of its manifest there.
        public var digest: String
        /// The version there that it came after.
        public var parentVersion: Int?
        /// When it was imported, in Unix seconds.
        public var importedAt: Double

        /// An origin.
        public init(version: Int, digest: String, parentVersion: Int?, importedAt: Double) {
            self.version = version
            self.digest = digest
            self.parentVersion = parentVersion
            self.importedAt = importedAt
        }
    }
}
