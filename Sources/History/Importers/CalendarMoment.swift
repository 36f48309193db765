/// Unix seconds of a date such as `2021-08-26 10:22:33.123` or `2021-08-26T10:22:33`, taken as UTC; nil for none.
func calendarMoment(_ text: String) -> Double? {
    let parts = text.split { "-: T".contains($0) }
    let numbers = parts.compactMap { Double($0) }
    guard parts.count == 6, numbers.count == 6, let year = Int(exactly: numbers[0]), (1970...9999).contains(year),
        let month = Int(exactly: numbers[1]), (1...12).contains(month), let day = Int(exactly: numbers[2]),
        (1...31).contains(day), (0..<24).contains(numbers[3]), (0..<60).contains(numbers[4]),
        (0..<61).contains(numbers[5])
    else { return nil }
    return Double(days(year, month, day)) * 86400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
}

/// Days from 1970-01-01 in the Gregorian calendar.
private func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Years that begin in March end with the leap day.
    let shifted = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
}
