import Gateway
import Ledger

/// Turns finished requests into log lines: names are escaped once, numbers written by hand, nothing allocated per line.
struct RequestLines {
    private let format: LogFormat
    private var stamp = TimeStamp()
    private var models: [[UInt8]] = []
    private var instances: [[UInt8]] = []
    private var instanceOfDeployment: [Int] = []
    private var modelOfDeployment: [Int] = []
    private var errors: [[UInt8]] = []
    /// The models' memory, as it was when the loop last looked.
    var memory = ModelMemory()
    /// No line is longer than this many bytes.
    private(set) var longest = 0

    init(_ names: TelemetryNames, format: LogFormat) {
        self.format = format
        grow(to: names)
    }

    /// Takes in names that were added.
    mutating func grow(to names: TelemetryNames) {
        models = names.models.map { name in format == .json ? QuotedText.quoted(name) : Array(name.onOneLine.utf8) }
        instances = names.instances.map { instance in
            guard format == .json else { return Array(instance.name.onOneLine.utf8) }
            return Array(#","provider":"#.utf8) + QuotedText.quoted(instance.provider) + Array(#","instance":"#.utf8)
                + QuotedText.quoted(instance.name)
        }
        instanceOfDeployment = names.deployments.map(\.instance)
        modelOfDeployment = names.deployments.map(\.model)
        errors = names.errors.map { label in format == .json ? QuotedText.quoted(label) : Array(label.utf8) }
        // Every other part is of fixed text and of numbers of at most 20 digits: 1,220 bytes with room to spare.
        longest =
            1220 + CallID.capacity + KeyLabel.capacity
            + [models, models, instances, errors].reduce(0) { sum, names in
                sum + (names.lazy.map(\.count).max() ?? 0)
            }
    }

    /// Writes one line with its line feed.
    mutating func write(_ record: RequestRecord, at unixSeconds: Double, to line: inout LineWriter) {
        switch format {
        case .json: writeJSON(record, at: unixSeconds, to: &line)
        case .text(let colours): writeText(record, at: unixSeconds, colours: colours, to: &line)
        }
    }

    private mutating func writeJSON(
        _ record: RequestRecord, at unixSeconds: Double, to line: inout LineWriter
    ) {
        line.write(#"{"time":""#)
        stamp.write(unixSeconds, to: &line)
        line.write(#"","level":"info","message":"request finished","call_id":""#)
        record.callID.withBytes { line.write($0) }
        if record.client.kind != .unknown {
            line.write(#"","client":""#)
            line.write(record.client)
        }
        if let key = record.key {
            line.write(#"","key":""#)
            key.bytes.withUnsafeBytes { line.write($0) }
        }
        line.write(#"","model":"#)
        write(record.model, of: models, otherwise: "null", to: &line)
        if let other = otherModel(record) {
            line.write(#","answered_by":"#)
            write(other, of: models, otherwise: "null", to: &line)
        }
        write(
            record.deployment < 0 ? -1 : instanceOfDeployment[record.deployment], of: instances,
            otherwise: #","provider":null,"instance":null"#, to: &line)
        line.write(#","status":"#)
        line.write(decimal: record.status)
        line.write(record.outcome == .succeeded ? #","success":true"# : #","success":false"#)
        line.write(#","error":"#)
        write(record.error, of: errors, otherwise: "null", to: &line)
        line.write(record.stream ? #","stream":true"# : #","stream":false"#)
        line.write(#","attempts":"#)
        line.write(decimal: record.attempts)
        line.write(#","prompt_tokens":"#)
        line.write(decimal: record.promptTokens)
        line.write(#","completion_tokens":"#)
        line.write(decimal: record.completionTokens)
        line.write(#","total_tokens":"#)
        line.write(decimal: record.promptTokens &+ record.completionTokens)
        line.write(#","response_time_ms":"#)
        line.write(millisecondsOf: record.durationNanoseconds)
        line.write(#","time_to_first_token_ms":"#)
        write(span: record.timeToFirstTokenNanoseconds, to: &line)
        line.write(#","tokens_per_second":"#)
        if let rate = record.tokensPerSecond { line.write(rate, decimals: 2) } else { line.write("null") }
        line.write(#","queue_ms":"#)
        write(span: record.queueNanoseconds, to: &line)
        line.write(#","load_ms":"#)
        write(span: record.loadNanoseconds, to: &line)
        line.write(#","prefill_ms":"#)
        write(span: record.prefillNanoseconds, to: &line)
        line.write(#","decode_ms":"#)
        write(span: record.decodeNanoseconds, to: &line)
        if let held = memory[record.deployment] {
            line.write(#","model_size":"#)
            line.write(decimal: Int(held.size))
            line.write(#","size_vram":"#)
            line.write(decimal: Int(held.sizeVRAM))
        }
        line.write(#","estimated_cost":"#)
        line.write(dollarsOf: record.cost)
        if record.failedAttemptsCost > 0 {
            line.write(#","failed_attempts_cost":"#)
            line.write(dollarsOf: record.failedAttemptsCost)
        }
        if record.comparedCost >= 0 {
            line.write(#","compared_cost":"#)
            line.write(dollarsOf: record.comparedCost)
        }
        line.write(#","fallbacks":"#)
        line.write(decimal: record.fallbacks)
        line.write(#","cloud_calls":"#)
        line.write(decimal: record.cloudCalls)
        line.write(
            record.isConfined ? #","local_only":true,"fence_refusals":"# : #","local_only":false,"fence_refusals":"#)
        line.write(decimal: record.fenceRefusals)
        writeConfinement(record.confinement, to: &line)
        line.write("}\n")
    }

    private mutating func writeText(
        _ record: RequestRecord, at unixSeconds: Double, colours: Bool, to line: inout LineWriter
    ) {
        stamp.writeTime(unixSeconds, to: &line)
        line.write(byte: UInt8(ascii: " "))
        if colours { line.write(colour(of: record.outcome)) }
        line.write(decimal: record.status)
        if colours { line.write("\u{1b}[0m") }
        line.write(byte: UInt8(ascii: " "))
        write(record.model, of: models, otherwise: "-", to: &line)
        if let other = otherModel(record) {
            line.write(" by ")
            write(other, of: models, otherwise: "-", to: &line)
        }
        line.write(" on ")
        write(
            record.deployment < 0 ? -1 : instanceOfDeployment[record.deployment], of: instances, otherwise: "-",
            to: &line)
        line.write(byte: UInt8(ascii: " "))
        line.write(millisecondsOf: record.durationNanoseconds)
        line.write(" ms")
        if record.timeToFirstTokenNanoseconds >= 0 {
            line.write(", first token ")
            line.write(millisecondsOf: record.timeToFirstTokenNanoseconds)
            line.write(" ms")
        }
        if record.promptTokens > 0 || record.completionTokens > 0 {
            line.write(", tokens ")
            line.write(decimal: record.promptTokens)
            line.write(byte: UInt8(ascii: "+"))
            line.write(decimal: record.completionTokens)
        }
        if let rate = record.tokensPerSecond {
            line.write(", ")
            line.write(rate, decimals: 1)
            line.write(" tokens/s")
        }
        if record.attempts > 1 {
            line.write(", attempts ")
            line.write(decimal: record.attempts)
        }
        if record.fallbacks > 0 {
            line.write(", fallbacks ")
            line.write(decimal: record.fallbacks)
        }
        if record.cost > 0 {
            line.write(", $")
            line.write(dollarsOf: record.cost)
        }
        if record.error >= 0 {
            line.write(", error ")
            write(record.error, of: errors, otherwise: "-", to: &line)
        }
        if record.client.kind != .unknown {
            line.write(", from ")
            line.write(record.client)
        }
        if let key = record.key {
            line.write(", key ")
            key.bytes.withUnsafeBytes { line.write($0) }
        }
        line.write(colours ? " \u{1b}[2m" : " ")
        record.callID.withBytes { line.write($0) }
        line.write(colours ? "\u{1b}[0m\n" : "\n")
    }

    /// The model that has answered where it is another than the one asked for.
    private func otherModel(_ record: RequestRecord) -> Int? {
        guard record.fallbacks > 0, record.outcome == .succeeded, record.deployment >= 0 else { return nil }
        let model = modelOfDeployment[record.deployment]
        return model == record.model ? nil : model
    }

    /// The reasons that kept a request inside, for people who ask why it was not sent out.
    private func writeConfinement(_ bits: UInt8, to line: inout LineWriter) {
        guard bits != 0 else { return }
        line.write(#","local_only_by":[""#)
        if bits & 1 != 0 { line.write("model") }
        if bits & 2 != 0 { line.write(bits & 1 != 0 ? #"","header"# : "header") }
        if bits & 4 != 0 { line.write(bits & 3 != 0 ? #"","key"# : "key") }
        line.write(#""]"#)
    }

    /// A time that is not known is null.
    private func write(span nanoseconds: Int64, to line: inout LineWriter) {
        if nanoseconds >= 0 { line.write(millisecondsOf: nanoseconds) } else { line.write("null") }
    }

    private func colour(of outcome: RequestOutcome) -> StaticString {
        switch outcome {
        case .succeeded: "\u{1b}[32m"
        case .failed: "\u{1b}[31m"
        case .cancelled, .rejected: "\u{1b}[33m"
        }
    }

    private func write(
        _ index: Int, of names: [[UInt8]], otherwise absent: StaticString, to line: inout LineWriter
    ) {
        if index < 0 { return line.write(absent) }
        names[index].withUnsafeBytes { line.write($0) }
    }
}
