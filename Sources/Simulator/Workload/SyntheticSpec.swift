import Balancer

/// Requests made by chance, as one text: `poisson:rate=5,requests=6000,prompt=lognormal(800,1.0),output=fixed(200)`.
///
/// Before the colon how they arrive: `poisson`, `bursty` (with `every`, `for`, `high`, `low`: as `Bursts`) or `diurnal`
/// (with `period` and `swing`: the rate goes from 1 − swing to 1 + swing times the mean and back). Then any of
/// `rate` (requests per second, 1), `requests` (1,000), `prompt` and `output` (distributions of tokens), `models`
/// (`zipf(s)` over the pool's models, else by their popularities), `keys` (how many) and, for conversations whose prompts
/// grow by all that was said, `turns` (a distribution), `think` (seconds from one turn to the next, a distribution) and
/// `system` (tokens that all conversations begin with). `rate` counts requests, also then.
///
/// Distributions: `fixed(n)`, `uniform(a,b)`, `exponential(mean)`, `lognormal(median,sigma)`.
public struct SyntheticSpec: Sendable {
    enum Arrivals: Equatable, Sendable {
        case poisson
        case bursty(Bursts)
        case diurnal(period: Double, swing: Double)
    }

    var arrivals = Arrivals.poisson
    var rate = 1.0
    /// Whether the text gives a rate; where it does not, a load may.
    public private(set) var hasRate = false
    var requests = 1_000
    /// Whether the text says how many requests.
    public private(set) var hasCount = false
    var prompt = Distribution.lognormal(median: 800, sigma: 1)
    var output = Distribution.lognormal(median: 200, sigma: 0.8)
    var zipf: Double?
    var keys = 1
    var turns: Distribution?
    var think = Distribution.exponential(mean: 20)
    var system = 0

    /// Reads a text as above.
    /// - Throws: `TraceFault` that names the part which cannot be read.
    public init(_ text: String) throws(TraceFault) {
        var fields = try Self.fields(text)
        let kind = fields.removeFirst().name
        var (every, length, high, low, period, swing) = (120.0, 20.0, 3.5, 0.5, 86_400.0, 0.8)
        for (name, value) in fields {
            switch name {
            case "rate":
                rate = try Self.number(name, value, above: 0)
                hasRate = true
            case "requests":
                requests = Int(try Self.number(name, value, above: 0))
                hasCount = true
            case "prompt": prompt = try Distribution(name, value)
            case "output": output = try Distribution(name, value)
            case "models": zipf = try Self.zipf(value)
            case "keys": keys = Int(try Self.number(name, value, above: 0))
            case "turns": turns = try Distribution(name, value)
            case "think": think = try Distribution(name, value)
            case "system": system = Int(try Self.number(name, value, above: -1))
            case "every": every = try Self.number(name, value, above: 0)
            case "for": length = try Self.number(name, value, above: 0)
            case "high": high = try Self.number(name, value, above: 0)
            case "low": low = try Self.number(name, value, above: 0)
            case "period": period = try Self.number(name, value, above: 0)
            case "swing": swing = try Self.number(name, value, above: 0)
            default: throw TraceFault(line: 0, message: "\"\(name)\" is nothing a synthetic workload has")
            }
        }
        switch kind {
        case "poisson": arrivals = .poisson
        case "bursty":
            guard length < every else { throw TraceFault(line: 0, message: "for must be less than every") }
            arrivals = .bursty(
                Bursts(every: .seconds(every), length: .seconds(length), high: high, low: low, oneModel: 0))
        case "diurnal":
            guard swing <= 1 else { throw TraceFault(line: 0, message: "swing must be at most 1") }
            arrivals = .diurnal(period: period, swing: swing)
        default:
            throw TraceFault(line: 0, message: "\"\(kind)\" is no way to arrive; there are poisson, bursty, diurnal")
        }
        guard requests <= 100_000_000 else { throw TraceFault(line: 0, message: "requests must be at most 1e8") }
    }

    /// Makes that many requests instead.
    public mutating func limit(to count: Int) {
        requests = count
    }

    /// The kind of arrivals, then names and values; commas inside brackets do not part.
    private static func fields(_ text: String) throws(TraceFault) -> [(name: String, value: String)] {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var fields = [(name: String(parts[0].trimmed), value: "")]
        guard parts.count == 2 else { return fields }
        var depth = 0
        var pieces: [String] = [""]
        for character in parts[1] {
            depth += character == "(" ? 1 : character == ")" ? -1 : 0
            if character == ",", depth == 0 { pieces.append("") } else { pieces[pieces.count - 1].append(character) }
        }
        for piece in pieces where !piece.isEmpty {
            let sides = piece.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else {
                throw TraceFault(line: 0, message: "\"\(piece)\" is not of the form name=value")
            }
            fields.append((String(sides[0].trimmed), String(sides[1].trimmed)))
        }
        return fields
    }

    static func number(_ name: String, _ text: String, above limit: Double) throws(TraceFault) -> Double {
        guard let value = Double(text), value.isFinite, value > limit else {
            throw TraceFault(line: 0, message: "\(name) must be a number above \(Int(limit)), not \"\(text)\"")
        }
        return value
    }

    private static func zipf(_ text: String) throws(TraceFault) -> Double {
        guard text.hasPrefix("zipf("), text.hasSuffix(")") else {
            throw TraceFault(line: 0, message: "models must be zipf(s), not \"\(text)\"")
        }
        return try number("models", String(text.dropFirst(5).dropLast()), above: -1)
    }
}

/// A distribution of numbers above 0.
enum Distribution: Equatable, Sendable {
    case fixed(Double)
    case uniform(Double, Double)
    case exponential(mean: Double)
    case lognormal(median: Double, sigma: Double)

    init(_ name: String, _ text: String) throws(TraceFault) {
        let parts = text.split(separator: "(", maxSplits: 1)
        let arguments = parts.dropFirst().flatMap {
            $0.dropLast().split(separator: ",").compactMap { Double($0.trimmed) }
        }
        switch (String(parts.first ?? ""), arguments.count) {
        case ("fixed", 1): self = .fixed(arguments[0])
        case ("uniform", 2) where arguments[0] <= arguments[1]: self = .uniform(arguments[0], arguments[1])
        case ("exponential", 1): self = .exponential(mean: arguments[0])
        case ("lognormal", 2): self = .lognormal(median: arguments[0], sigma: arguments[1])
        default:
            throw TraceFault(
                line: 0,
                message: "\(name) must be fixed(n), uniform(a,b), exponential(mean) or lognormal(median,sigma),"
                    + " not \"\(text)\"")
        }
        guard text.hasSuffix(")"), arguments.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw TraceFault(line: 0, message: "\(name): \"\(text)\" has a negative number or no end")
        }
    }

    func draw(_ random: inout RandomSource) -> Double {
        switch self {
        case .fixed(let value): value
        case .uniform(let low, let high): low + (high - low) * random.unit()
        case .exponential(let mean): -mean * logarithm(1 - random.unit())
        case .lognormal(let median, let sigma): median * powerOfE(sigma * random.normal())
        }
    }

    func tokens(_ random: inout RandomSource) -> Int32 {
        Int32(min(max(draw(&random).rounded(), 1), 1e6))
    }
}

extension RandomSource {
    /// A number from the standard normal distribution (Box and Muller).
    mutating func normal() -> Double {
        let radius = (-2 * logarithm(1 - unit())).squareRoot()
        return radius * cosine(2 * .pi * unit())
    }
}
