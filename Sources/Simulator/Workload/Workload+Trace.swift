extension Workload {
    /// A trace's requests in the order in which they arrived, the first at 0.
    ///
    /// The format shows in the first line that has one: Azure's CSV, Mooncake's JSON lines or Drover's request log. Only the last
    /// names models: those that the pool has keep their requests, others and the other formats leave the choice to
    /// `drawModels`. A log is read as `FitLog` does: other programs' lines among its own are passed over, and `passedOver` hears
    /// of them.
    /// - Throws: `TraceFault` with the line that cannot be read.
    public init(
        trace text: String, models: [String] = [], thinning: Thinning = Thinning(),
        passedOver: (TraceFault) -> Void = { _ in }
    ) throws(TraceFault) {
        guard let first = Self.firstLine(text) else { throw TraceFault(line: 0, message: "the trace is empty") }
        var requests: [SimulatedRequest]
        if AzureTrace.isOne(first.utf8) {
            requests = try AzureTrace.read(text)
        } else if first.first == "{", let members = JSONLine.object(first), members["timestamp"] == nil {
            var named: [String] = []
            var fault: TraceFault?
            requests = RequestLogTrace.read(text, models: &named) {
                fault = fault ?? $0
                passedOver($0)
            }
            if requests.isEmpty, let fault { throw fault }
            for index in requests.indices {
                let name = named[Int(requests[index].model)]
                requests[index].model = models.firstIndex(of: name).map { Int32($0) } ?? -1
            }
        } else if first.first == "{" {
            requests = try MooncakeTrace.read(text, thinning)
        } else {
            throw TraceFault(
                line: 1,
                message: "begins neither as Azure's CSV (TIMESTAMP,ContextTokens,GeneratedTokens) nor as JSON lines")
        }
        guard !requests.isEmpty else { throw TraceFault(line: 0, message: "the trace has no requests") }
        requests = requests.enumerated()
            .sorted { ($0.element.arrival, $0.offset) < ($1.element.arrival, $1.offset) }.map(\.element)
        let start = requests[0].arrival
        for index in requests.indices { requests[index].arrival -= start }
        self.init(requests: requests)
    }

    /// The first line that shows a format, else the first with anything in it; nil when there is none.
    private static func firstLine(_ text: String) -> Substring? {
        var first: Substring?
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let line = Substring(line).trimmed
            if line.isEmpty { continue }
            if AzureTrace.isOne(line.utf8) || JSONLine.object(line) != nil { return line }
            first = first ?? line
        }
        return first
    }
}
