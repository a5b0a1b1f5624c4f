import Balancer
import Curl
import Prober

/// Carries the prober's requests to the boxes, as libcurl would.
final class ProbeAnswers {
    private unowned let world: World

    init(_ world: World) { self.world = world }

    var send: ProbeExchange.Send {
        nonisolated(unsafe) let answers = self
        return { request, completion in answers.carry(request, completion) }
    }

    private func carry(_ request: CurlRequest, _ completion: @escaping CurlMulti.Completion) {
        guard let box = box(in: request.url) else { return completion(.failure(.invalidRequest(request.url))) }
        let mood = box.mood
        switch mood {
        case .dead: world.time.after(.milliseconds(1)) { completion(.failure(.refused("connection refused"))) }
        case .blackHole:
            world.time.after(request.totalTimeout) {
                completion(.failure(.timedOut("no connection", isConnected: false)))
            }
        default:
            let path = request.url.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }
            let answer = box.answer(toProbe: String(path))
            world.time.after(.milliseconds(1)) {
                let timings = CurlTimings(
                    nameLookup: .zero, connect: .zero, tls: .zero, firstByte: .milliseconds(1), total: .milliseconds(1),
                    reusedConnection: true)
                completion(
                    .success(CurlResponse(status: answer.status, body: Array(answer.body.utf8), timings: timings)))
            }
        }
    }

    private func box(in url: String) -> SimulatedBox? {
        let host = url.drop { $0 != "-" }.dropFirst().prefix { $0.isNumber }
        return Int(host).flatMap { world.boxes.indices.contains($0) ? world.boxes[$0] : nil }
    }
}

extension SimulatedBox {
    /// The answer to a question of the prober's.
    func answer(toProbe path: String) -> (status: Int, body: String) {
        if case .status(let status, _) = mood, status >= 500 { return (status, "{\"error\":\"sad\"}") }
        switch path {
        case "/api/tags":
            let digest = String(repeating: world.scenario.digestsDiffer ? "\(index)" : "a", count: 64)
            let models = tags.map {
                "{\"name\":\"\($0):latest\",\"model\":\"\($0):latest\",\"modified_at\":\"2026-11-01T00:00:00Z\",\"size\":4000000000,\"digest\":\"\(digest)\",\"details\":{\"family\":\"llama\"}}"
            }
            return (200, "{\"models\":[\(models.joined(separator: ","))]}")
        case "/api/ps": return (200, "{\"models\":[]}")
        case "/api/version": return (200, "{\"version\":\"0.12.0\"}")
        case "/v1/models":
            let models = tags.map { "{\"id\":\"\($0)\",\"object\":\"model\"}" }
            return (200, "{\"object\":\"list\",\"data\":[\(models.joined(separator: ","))]}")
        default: return (404, "")
        }
    }
}
