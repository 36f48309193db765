import Foundation
import Workflows

/// Figures as a person reads them; pages and terminal alike.
public enum Formatting {
    /// A number with `digits` behind the point.
    public static func fixed(_ value: some BinaryFloatingPoint, _ digits: Int) -> String {
        guard value.isFinite else { return "–" }
        return String(format: "%.\(digits)f", Double(value))
    }

    /// A share as a percentage, `12.3 %`.
    public static func percent(_ share: Double, _ digits: Int = 1) -> String { fixed(share * 100, digits) + " %" }

    /// Three significant digits: `1,230`, `12.3`, `0.0123`.
    public static func short(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        let magnitude = abs(value)
        if magnitude >= 1e6 || (magnitude > 0 && magnitude < 1e-4) { return String(format: "%.2e", value) }
        if magnitude >= 100 { return fixed(value, 0) }
        if magnitude >= 10 { return fixed(value, 1) }
        if magnitude >= 1 { return fixed(value, 2) }
        return magnitude == 0 ? "0" : fixed(value, 2 - Int(log10(magnitude).rounded(.down)))
    }

    /// A power of two as a ratio: `1/4`, `1`, `8`.
    static func ratio(_ value: Double) -> String {
        value < 1 ? "1/\(fixed(1 / value, 0))" : fixed(value, 0)
    }

    /// An amount of memory in powers of 1000: `1.23 GB`.
    public static func bytes(_ value: Double) -> String {
        scaled(value, 1000, ["B", "kB", "MB", "GB", "TB", "PB"])
    }

    /// A time: `850 ms`, `12.3 s`, `4.1 min`, `2.5 h`.
    public static func seconds(_ value: Double) -> String {
        if value < 0 { return "-" + seconds(-value) }
        if value < 1 { return short(value * 1000) + " ms" }
        if value < 120 { return short(value) + " s" }
        if value < 7200 { return short(value / 60) + " min" }
        return short(value / 3600) + " h"
    }

    private static func scaled(_ value: Double, _ factor: Double, _ units: [String]) -> String {
        var (value, place) = (value, 0)
        while abs(value) >= factor, place < units.count - 1 {
            value /= factor
            place += 1
        }
        return short(value) + " " + units[place]
    }

    /// A value of `target` with its unit.
    public static func value(_ value: Double, of target: ResourceTarget) -> String {
        switch target {
        case .cpu: short(value) + (value == 1 ? " core" : " cores")
        case .memory: bytes(value)
        case .duration: seconds(value)
        }
    }

    /// The name of `target` for people.
    public static func name(of target: ResourceTarget) -> String {
        switch target {
        case .cpu: "CPU"
        case .memory: "Memory"
        case .duration: "Duration"
        }
    }

    /// A moment in UTC, `2026-11-24 12:30 UTC`.
    public static func moment(_ unixSeconds: Double) -> String {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withFullDate, .withTime, .withColonSeparatorInTime, .withSpaceBetweenDateAndTime]
        return formatter.string(from: Date(timeIntervalSince1970: unixSeconds)).prefix(16) + " UTC"
    }

    /// `text` with at most `length` characters; the middle is left out.
    public static func shortened(_ text: String, to length: Int) -> String {
        guard text.count > length, length > 3 else { return text }
        let tail = (length - 1) / 2
        return text.prefix(length - 1 - tail) + "…" + text.suffix(tail)
    }
}
