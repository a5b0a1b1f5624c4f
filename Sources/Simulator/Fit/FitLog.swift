/// The facts of a request log about the instances' speed: answered requests of `request finished` lines, those with the
/// instance's own times (`load_ms`, `prefill_ms`, `decode_ms`) apart.
public struct FitLog: Sendable {
    /// One request that its instance has given times for, in seconds from the log's first end.
    struct Request: Sendable {
        var model: Int
        var instance: Int
        /// When the instance was asked, and when it had the model ready.
        var sent: Double
        var obtained: Double
        var promptTokens: Double
        var outputTokens: Double
        /// When its prompt began to be read, when that was done, and when its answer was.
        var readFrom: Double
        var writtenFrom: Double
        var ended: Double
        var load: Double
        /// Time on the instance that neither loading nor reading nor writing explains.
        var rest: Double
        /// Bytes that the model takes, and bytes of these on the card; nil where the line does not say.
        var size: Double?
        var sizeOnCard: Double?
    }

    /// Lines that are no part of a request log, or lack what it needs; they are passed over.
    public private(set) var faults: [TraceFault] = []
    /// Answered requests without the times of an instance: they count for the models' shares alone.
    public private(set) var untimed = 0
    /// Models of which no request has such times: clouds, and servers of other kinds. They are in no pool.
    public private(set) var leftOut: [String] = []
    /// In the order of their first appearance.
    private(set) var models: [String] = []
    private(set) var instances: [String] = []
    /// Answered requests of each model.
    private(set) var counts: [Int] = []
    /// In the order of their ends.
    private(set) var requests: [Request] = []

    private var modelPlaces: [String: Int] = [:]
    private var instancePlaces: [String: Int] = [:]
    private var origin: Int64?

    /// Reads the log's text.
    public init(_ text: String) {
        var number = 0
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let line = Substring(line).trimmed
            if line.isEmpty { continue }
            do throws(TraceFault) { try take(line, number) } catch { faults.append(error) }
        }
        requests.sort { $0.ended < $1.ended }
        leaveOutUntimed()
    }

    private mutating func leaveOutUntimed() {
        let timed = Set(requests.map(\.model))
        leftOut = models.indices.filter { !timed.contains($0) }.map { models[$0] }
        guard !leftOut.isEmpty, !timed.isEmpty else { return }
        var (kept, places) = ([Int](), [Int: Int]())
        for place in models.indices where timed.contains(place) {
            places[place] = kept.count
            kept.append(place)
        }
        (models, counts) = (kept.map { models[$0] }, kept.map { counts[$0] })
        for index in requests.indices { requests[index].model = places[requests[index].model] ?? 0 }
    }

    private mutating func take(_ line: Substring, _ number: Int) throws(TraceFault) {
        guard let members = JSONLine.object(line) else { throw TraceFault(line: number, message: "is no JSON object") }
        guard case .text("request finished")? = members["message"], case .truth(true)? = members["success"],
            case .text(let model)? = members["model"], case .text(let instance)? = members["instance"]
        else { return }
        guard case .text(let time)? = members["time"], let moment = Timestamp.nanoseconds(time[...]) else {
            throw TraceFault(line: number, message: "time is missing or no time")
        }
        // After a fallback another model than the one asked for was at work.
        var worker = model
        if case .text(let other)? = members["answered_by"] { worker = other }
        guard let prompt = members.count("prompt_tokens"), let output = members.count("completion_tokens"),
            let took = Self.seconds(members, "response_time_ms")
        else {
            throw TraceFault(
                line: number,
                message: "needs prompt_tokens, completion_tokens and response_time_ms, numbers of 0 or more")
        }
        let place = Self.place(of: worker, in: &models, &modelPlaces)
        if place == counts.count { counts.append(0) }
        counts[place] += 1
        guard let prefill = Self.seconds(members, "prefill_ms"), let decode = Self.seconds(members, "decode_ms") else {
            untimed += 1
            return
        }
        let start = origin ?? moment
        origin = start
        let ended = Double(moment - start) / 1e9
        let load = Self.seconds(members, "load_ms") ?? 0
        let queue = Self.seconds(members, "queue_ms") ?? 0
        // Tries that failed are in the time it took, and nobody knows how long they were.
        let isFirst = (members.count("attempts") ?? 1) <= 1
        let rest = isFirst ? max(0, took - queue - load - prefill - decode) : 0
        let readFrom = ended - decode - prefill
        requests.append(
            Request(
                model: place, instance: Self.place(of: instance, in: &instances, &instancePlaces),
                sent: readFrom - rest - load, obtained: readFrom - rest, promptTokens: Double(prompt),
                outputTokens: Double(output), readFrom: readFrom, writtenFrom: ended - decode, ended: ended, load: load,
                rest: rest, size: Self.bytes(members, "model_size"), sizeOnCard: Self.bytes(members, "size_vram")))
    }

    private static func place(of name: String, in names: inout [String], _ places: inout [String: Int]) -> Int {
        if let place = places[name] { return place }
        places[name] = names.count
        names.append(name)
        return names.count - 1
    }

    private static func seconds(_ members: [String: JSONLine.Value], _ key: String) -> Double? {
        guard case .number(let value)? = members[key], value >= 0, value < 1e12 else { return nil }
        return value / 1e3
    }

    private static func bytes(_ members: [String: JSONLine.Value], _ key: String) -> Double? {
        guard case .number(let value)? = members[key], value > 0, value < 1e15 else { return nil }
        return value
    }
}
