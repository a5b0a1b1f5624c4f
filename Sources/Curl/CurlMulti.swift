import CCurl
import CCurlShim
import Glibc

/// libcurl's multi interface on one thread of its own: for every request that is not a client's.
///
/// Each submitted request completes exactly once, also when it is cancelled or the thread is stopped. Connections are kept and
/// used again. A body arrives whole, or piece by piece where the request asks for that.
public final class CurlMulti: Sendable {
    /// Called once with what came of a request, on the multi's thread: it must return soon and never wait for another request.
    public typealias Completion = @Sendable (Result<CurlResponse, CurlError>) -> Void

    /// A request on its way, to cancel it by.
    public struct Ticket: Hashable, Sendable {
        let id: UInt64
    }

    private let inbox: CurlInbox
    private let thread: CurlThread

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - maximumIdleConnections: How many connections may be kept open for the next request, over all hosts.
    ///   - maximumConnections: How many may be open at once; a request beyond waits, which counts as its own time. 0 is no bound.
    public init(maximumIdleConnections: Int, maximumConnections: Int = 0) {
        _ = Self.library
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl has no memory for a multi handle") }
        cshim_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, maximumIdleConnections)
        cshim_multi_setopt_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, maximumConnections)
        inbox = CurlInbox(multi: multi)
        thread = CurlThread(multi: multi, inbox: inbox)
    }

    deinit { stop() }

    /// Starts a request. After `stop` it completes at once, on the caller's thread, with `CurlError.stopped`.
    @discardableResult
    public func submit(_ request: CurlRequest, completion: @escaping Completion) -> Ticket {
        submit(request, id: inbox.reserveID(), completion)
    }

    /// Ends a request with `CurlError.cancelled`, unless it has completed.
    public func cancel(_ ticket: Ticket) { _ = inbox.post(.cancel(id: ticket.id)) }

    /// Carries out a request. A cancelled task ends it with `CurlError.cancelled`.
    public func perform(_ request: CurlRequest) async throws(CurlError) -> CurlResponse {
        let ticket = Ticket(id: inbox.reserveID())
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<CurlResponse, CurlError>, Never>) in
                submit(request, id: ticket.id) { continuation.resume(returning: $0) }
                // A cancel that came before the submission found nothing to cancel.
                if Task.isCancelled { cancel(ticket) }
            }
        } onCancel: {
            cancel(ticket)
        }
        return try result.get()
    }

    /// Ends every request on its way with `CurlError.stopped`, closes all connections and waits for the thread's end. Safe to
    /// call again, and from a completion (then it does not wait).
    public func stop() {
        _ = inbox.post(.stop)
        thread.join()
    }

    @discardableResult
    private func submit(_ request: CurlRequest, id: UInt64, _ completion: @escaping Completion) -> Ticket {
        if !inbox.post(.submit(id: id, request, completion)) { completion(.failure(.stopped)) }
        return Ticket(id: id)
    }

    /// libcurl's own set-up, once in a process; 3 is `CURL_GLOBAL_ALL`, a macro that Swift does not import.
    private static let library: Void = { curl_global_init(3) }()
}
