import Balancer

/// Azure's LLM inference traces: `TIMESTAMP,ContextTokens,GeneratedTokens`, times such as `2023-11-16 18:15:46.6805900`.
///
/// Patel et al., "Splitwise: efficient generative LLM inference using phase splitting", ISCA 2024; the files are in
/// github.com/Azure/AzurePublicDataset.
enum AzureTrace {
    /// Whether a text begins like one.
    static func isOne(_ text: Substring.UTF8View) -> Bool {
        text.starts(with: "TIMESTAMP,".utf8)
    }

    static func read(_ text: String) throws(TraceFault) -> [SimulatedRequest] {
        var requests: [SimulatedRequest] = []
        var first: Int64?
        var number = 0
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let line = Substring(line).trimmed
            if line.isEmpty || number == 1 && line.hasPrefix("TIMESTAMP") { continue }
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
            guard fields.count == 3 else {
                throw TraceFault(line: number, message: "has \(fields.count) fields instead of 3")
            }
            guard let time = Timestamp.nanoseconds(fields[0]) else {
                throw TraceFault(line: number, message: "\"\(fields[0])\" is no time; write 2023-11-16 18:15:46.68")
            }
            guard let prompt = Int32(fields[1]), let output = Int32(fields[2]), prompt >= 0, output >= 0 else {
                throw TraceFault(line: number, message: "token counts must be whole numbers, 0 or more")
            }
            let start = first ?? time
            first = start
            requests.append(
                SimulatedRequest(arrival: max(0, time - start), promptTokens: prompt, outputTokens: output))
        }
        return requests
    }
}

/// Dates with times, without a time zone or in UTC.
enum Timestamp {
    /// Nanoseconds since 1970 of `2023-11-16 18:15:46.6805900` or `2023-11-16T18:15:46.68Z`; nil when it is neither.
    static func nanoseconds(_ text: Substring) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19, bytes[10] == UInt8(ascii: " ") || bytes[10] == UInt8(ascii: "T") else { return nil }
        func number(_ from: Int, _ count: Int) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[from..<from + count] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            return value
        }
        guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
            let minute = number(14, 2), let second = number(17, 2), (1...12).contains(month), (1...31).contains(day),
            hour < 24, minute < 60, second <= 60,
            // What 64 bits of nanoseconds hold, and no zero of a language that begins elsewhere.
            (1970..<2200).contains(year)
        else { return nil }
        var fraction: Int64 = 0
        var scale: Int64 = 100_000_000
        var index = 19
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            while index < bytes.count, (48...57).contains(bytes[index]) {
                fraction += Int64(bytes[index] - 48) * scale
                scale /= 10
                index += 1
            }
        }
        guard index == bytes.count || index == bytes.count - 1 && bytes[index] == UInt8(ascii: "Z") else { return nil }
        let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
        return seconds * 1_000_000_000 + fraction
    }

    /// Days since 1970-01-01 in the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms").
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }
}

extension Substring {
    /// Without blanks and carriage returns around it.
    var trimmed: Substring {
        var rest = self
        while let first = rest.utf8.first, first == 32 || first == 9 || first == 13 { rest = rest.dropFirst() }
        while let last = rest.utf8.last, last == 32 || last == 9 || last == 13 { rest = rest.dropLast() }
        return rest
    }
}
