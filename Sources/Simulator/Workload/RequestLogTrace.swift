import Balancer

/// Drover's own request log: a JSON object per line with `time`, `model`, `prompt_tokens`, `completion_tokens`,
/// `response_time_ms`. A line tells when a request ended; it arrived `response_time_ms` before.
enum RequestLogTrace {
    /// The requests of `request finished` lines that succeeded; other lines are passed over, and `passedOver` hears of those
    /// that are no part of such a log. `models` gets the names in the order they appear, and each request the place of its
    /// own in them.
    static func read(
        _ text: String, models: inout [String], passedOver: (TraceFault) -> Void
    ) -> [SimulatedRequest] {
        var requests: [SimulatedRequest] = []
        var places: [String: Int32] = [:]
        var number = 0
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let line = Substring(line).trimmed
            if line.isEmpty { continue }
            guard let members = JSONLine.object(line) else {
                passedOver(TraceFault(line: number, message: "is no JSON object"))
                continue
            }
            guard case .text("request finished")? = members["message"], case .truth(true)? = members["success"],
                case .text(let model)? = members["model"]
            else { continue }
            guard case .text(let time)? = members["time"], let ended = Timestamp.nanoseconds(time[...]) else {
                passedOver(TraceFault(line: number, message: "time is missing or no time"))
                continue
            }
            guard let prompt = members.count("prompt_tokens"), let output = members.count("completion_tokens"),
                case .number(let took)? = members["response_time_ms"], took >= 0, took < 1e12
            else {
                passedOver(
                    TraceFault(
                        line: number,
                        message: "needs prompt_tokens, completion_tokens and response_time_ms, numbers of 0 or more"))
                continue
            }
            var request = SimulatedRequest(
                arrival: ended - Int64(took * 1e6), promptTokens: prompt, outputTokens: output)
            let place = places[model] ?? Int32(models.count)
            if places[model] == nil {
                places[model] = place
                models.append(model)
            }
            request.model = place
            requests.append(request)
        }
        return requests
    }
}
