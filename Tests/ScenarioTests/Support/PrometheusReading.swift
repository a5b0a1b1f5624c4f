/// Prometheus' text format, read as strictly as a scraper that wants to tell the operator what is wrong.
struct PrometheusReading {
    struct Malformed: Error {
        let line: String
        let why: String
    }

    struct Sample {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    private(set) var samples: [Sample] = []
    /// Metric family to its type.
    private(set) var types: [String: String] = [:]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Malformed(line: "", why: "the last line has no end") }
        var seen: Set<String> = []
        for line in text.split(separator: "\n").map(String.init) {
            if line.hasPrefix("#") {
                let words = line.split(separator: " ", maxSplits: 3).map(String.init)
                guard words.count == 4, ["HELP", "TYPE"].contains(words[1]) else {
                    throw Malformed(line: line, why: "neither HELP nor TYPE")
                }
                if words[1] == "TYPE" {
                    guard types.updateValue(words[3], forKey: words[2]) == nil else {
                        throw Malformed(line: line, why: "a second TYPE")
                    }
                }
                continue
            }
            let sample = try Self.sample(line)
            guard types[sample.name] != nil || types[Self.family(sample.name)] == "histogram" else {
                throw Malformed(line: line, why: "no TYPE before it")
            }
            guard seen.insert(line.prefix(upTo: line.lastIndex(of: " ") ?? line.endIndex).description).inserted else {
                throw Malformed(line: line, why: "a second sample of one series")
            }
            samples.append(sample)
        }
        try checkHistograms()
    }

    /// The sum over all series of that name that have these labels.
    func sum(_ name: String, _ labels: [String: String] = [:]) -> Double {
        samples.filter { one in one.name == name && labels.allSatisfy { one.labels[$0.key] == $0.value } }
            .reduce(0) { $0 + $1.value }
    }

    /// Buckets never fall, and the last one is the count.
    private func checkHistograms() throws {
        for (name, type) in types where type == "histogram" {
            for count in samples where count.name == name + "_count" {
                let buckets = samples.filter { one in
                    one.name == name + "_bucket" && count.labels.allSatisfy { one.labels[$0.key] == $0.value }
                }
                guard buckets.last?.labels["le"] == "+Inf", buckets.last?.value == count.value,
                    zip(buckets, buckets.dropFirst()).allSatisfy({ $0.value <= $1.value })
                else { throw Malformed(line: name, why: "its buckets do not add up") }
            }
        }
    }

    private static func family(_ name: String) -> String {
        for end in ["_bucket", "_count", "_sum"] where name.hasSuffix(end) { return String(name.dropLast(end.count)) }
        return name
    }

    /// `name{label="text",…} 1.5`; the texts of these tests hold no quotes.
    private static func sample(_ line: String) throws -> Sample {
        guard let blank = line.lastIndex(of: " "), let value = Double(line[line.index(after: blank)...]) else {
            throw Malformed(line: line, why: "no value")
        }
        let series = line[..<blank]
        guard let brace = series.firstIndex(of: "{") else {
            return Sample(name: String(series), labels: [:], value: value)
        }
        guard series.hasSuffix("}") else { throw Malformed(line: line, why: "the labels have no end") }
        var labels: [String: String] = [:]
        for pair in series[series.index(after: brace)...].dropLast().split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[1].count >= 2, parts[1].hasPrefix("\""), parts[1].hasSuffix("\"") else {
                throw Malformed(line: line, why: "a label without a text")
            }
            labels[String(parts[0])] = String(parts[1].dropFirst().dropLast())
        }
        return Sample(name: String(series[..<brace]), labels: labels, value: value)
    }
}
