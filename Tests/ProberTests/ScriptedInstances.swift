import Balancer
import Curl
import Locking
import Prober

/// Instances as the prober sees them, without sockets: answers by host and path, and a record of what was asked.
final class ScriptedInstances: Sendable {
    struct Asked: Equatable {
        var host: String
        var path: String
        var authorization: String?
    }

    private struct State {
        var answers: [String: Result<CurlResponse, CurlError>] = [:]
        var asked: [Asked] = []
        var held: [(String, CurlMulti.Completion)] = []
        var holds = false
        var heldHost: String?
        var running: [String: Int] = [:]
        var mostAtOnce = 0
    }

    private let state = Locked(State())

    var asked: [Asked] { state.withLock { $0.asked } }

    /// The most requests that any one host had at once.
    var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

    func paths(of host: String) -> [String] { asked.filter { $0.host == host }.map(\.path) }

    /// What `host` answers on `path` from now on.
    func answer(_ host: String, _ path: String, _ body: String, status: Int = 200, reused: Bool = true) {
        let timings = CurlTimings(
            nameLookup: .zero, connect: .zero, tls: .zero, firstByte: .milliseconds(2), total: .milliseconds(3),
            reusedConnection: reused)
        let response = CurlResponse(status: status, body: Array(body.utf8), timings: timings)
        state.withLock { $0.answers[host + path] = .success(response) }
    }

    func fail(_ host: String, _ path: String, _ error: CurlError) {
        state.withLock { $0.answers[host + path] = .failure(error) }
    }

    /// From now on requests wait until `release`: all of them, or one host's.
    func hold(host: String? = nil) {
        state.withLock { state in
            state.holds = true
            state.heldHost = host
        }
    }

    /// Answers what waits, and from now on at once.
    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.holds = false
            return state.held
        }
        for (key, completion) in held { completion(take(key)) }
    }

    @Sendable func send(_ request: CurlRequest, _ completion: @escaping CurlMulti.Completion) {
        let parts = request.url.split(separator: "/", maxSplits: 2)
        let (host, path) = (String(parts[1]), "/" + parts[2])
        let now: Bool = state.withLock { state in
            let authorization = request.headers.first { $0.name == "Authorization" }?.value
            state.asked.append(Asked(host: host, path: path, authorization: authorization))
            state.running[host, default: 0] += 1
            state.mostAtOnce = max(state.mostAtOnce, state.running[host]!)
            guard state.holds, state.heldHost == nil || state.heldHost == host else { return true }
            state.held.append((host + path, completion))
            return false
        }
        if now { completion(take(host + path)) }
    }

    private func take(_ key: String) -> Result<CurlResponse, CurlError> {
        state.withLock { state in
            state.running[String(key.prefix { $0 != "/" }), default: 0] -= 1
            return state.answers[key] ?? .failure(.refused("nobody listens"))
        }
    }
}
